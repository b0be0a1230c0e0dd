package io.troupe.policy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.troupe.policy.Decoder.Sampled;

/** Samples tokens for the covered places of a masked diffusion policy. Not thread-safe: one thread at a time uses the decoder. */
public final class Denoiser {

    private final Decoder decoder;
    private final Weights weights;
    private final long maskToken;

    /**
     * Samples with a decoder, which stays the caller's.
     *
     * @throws IllegalArgumentException if it is not that of a masked diffusion policy
     */
    public Denoiser(Decoder decoder, Weights weights) {
        Diffusion diffusion = decoder.config().diffusion();
        if (diffusion == null) {
            throw new IllegalArgumentException(decoder.config().modelType() + " covers no places");
        }
        this.decoder = decoder;
        this.weights = weights;
        maskToken = diffusion.maskToken();
    }

    /**
     * How tokens are drawn, one entry a scored place.
     *
     * @param temperatures the softmax temperatures, positive
     * @param uniforms in [0, 1): decide the sampled token by inverting the cumulative distribution
     * @param topP nucleus bounds in (0, 1], 1 keeps all
     * @param topK how many tokens to keep; {@link Long#MAX_VALUE} keeps all
     */
    public record Draws(float[] temperatures, double[] uniforms, double[] topP, long[] topK) {

        boolean truncates() {
            for (int place = 0; place < topP.length; place++) {
                if (topP[place] < 1 || topK[place] != Long.MAX_VALUE) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Samples a token for every scored place, each from its own distribution.
     *
     * @param scope for what is computed on the way
     * @param rows what the policy sees; {@code targets} do not matter
     * @return the tokens and their natural-log probabilities at the temperature, before any truncation
     */
    public Sampled sample(NDManager scope, PackedRows rows, Draws draws) {
        var shape = new Shape(rows.rows(), rows.width());
        try (NDManager inner = scope.newSubManager()) {
            var arguments = new NDList(
                    inner.create(rows.tokens(), shape),
                    inner.create(rows.positions(), shape),
                    inner.create(rows.branches(), shape),
                    inner.create(rows.sources()),
                    inner.create(draws.temperatures()),
                    inner.create(draws.uniforms()),
                    inner.create(new long[] {maskToken}));
            if (draws.truncates()) {
                arguments.add(inner.create(draws.topP()));
                arguments.add(inner.create(draws.topK()));
            }
            arguments.add(decoder.cosines());
            arguments.add(decoder.sines());
            arguments.addAll(weights.list());
            double[] both = decoder.program(weights.layout())
                    .run(inner, draws.truncates() ? "denoise_truncated" : "denoise", arguments)
                    .singletonOrThrow()
                    .toDoubleArray();
            int count = rows.scored();
            var sampled = new Sampled(new int[count], new float[count]);
            for (int place = 0; place < count; place++) {
                sampled.tokens()[place] = (int) both[place];
                sampled.logProbabilities()[place] = (float) both[count + place];
            }
            return sampled;
        }
    }
}
