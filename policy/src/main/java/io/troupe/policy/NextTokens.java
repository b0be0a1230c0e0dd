package io.troupe.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What a policy predicts at the scored places of packed rows, beyond the one token that is scored: the hidden states before the matrix of the logits, and
 * the log-probabilities of other tokens. Without gradients; logits never exist for more places at once than {@link ScoringMemory#DEFAULT} allows.
 *
 * <p>Not thread-safe; what it keeps belongs to the manager that it was made with.
 */
public final class NextTokens {

    /**
     * The most likely tokens of each place, most likely first.
     *
     * @param tokens {@code [scored * count]}
     * @param logProbabilities {@code [scored * count]} natural logarithms at the temperature
     */
    public record Likeliest(long[] tokens, float[] logProbabilities) {}

    private final NDManager scope;
    private final TorchScript program;
    private final NDArray hidden;
    private final NDArray head;
    private final NDArray temperature;
    private final int count;
    private final int partRows;

    NextTokens(Decoder decoder, NDManager scope, Weights weights, PackedRows rows, double temperature) {
        this.scope = scope;
        program = decoder.program(weights.layout());
        head = weights.list().get(weights.layout().head());
        this.temperature = scope.create((float) temperature);
        count = rows.scored();
        partRows = (int)
                Math.max(1, ScoringMemory.DEFAULT.logits() / decoder.config().vocabularySize());
        var shape = new Shape(rows.rows(), rows.width());
        var arguments = new NDList(
                scope.create(rows.tokens(), shape),
                scope.create(rows.positions(), shape),
                scope.create(rows.branches(), shape),
                scope.create(rows.sources()),
                decoder.cosines(),
                decoder.sines());
        arguments.addAll(weights.list());
        hidden = program.runDetached(scope, "trunk", arguments).singletonOrThrow();
    }

    /**
     * The hidden states after the last norm.
     *
     * @return {@code [scored][width]}
     */
    public float[][] hidden() {
        return rows(hidden.toFloatArray(), count);
    }

    /**
     * Natural-log probabilities of given tokens at the temperature.
     *
     * @param tokens {@code [scored * each]}: as many tokens for every place
     * @return {@code [scored][each]}
     */
    public float[][] logProbabilities(long[] tokens) {
        if (count == 0 || tokens.length % count != 0) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens are not as many for each of " + count + " places");
        }
        int each = tokens.length / count;
        var all = new float[tokens.length];
        for (int from = 0; from < count; from += partRows) {
            int until = Math.min(count, from + partRows);
            try (NDManager piece = scope.newSubManager()) {
                NDArray asked = piece.create(
                        Arrays.copyOfRange(tokens, from * each, until * each), new Shape(until - from, each));
                float[] part = run(piece, "shares", new NDList(part(piece, from, until), asked, temperature, head))
                        .toFloatArray();
                System.arraycopy(part, 0, all, from * each, part.length);
            }
        }
        return rows(all, count);
    }

    /**
     * The most likely tokens.
     *
     * @param each how many of each place, at most the size of the vocabulary
     */
    public Likeliest likeliest(int each) {
        var found = new Likeliest(new long[count * each], new float[count * each]);
        for (int from = 0; from < count; from += partRows) {
            int until = Math.min(count, from + partRows);
            try (NDManager piece = scope.newSubManager()) {
                NDArray asked = piece.create((long) each);
                double[] part = run(piece, "likeliest", new NDList(part(piece, from, until), asked, temperature, head))
                        .toDoubleArray();
                int cells = part.length / 2;
                for (int i = 0; i < cells; i++) {
                    found.tokens()[from * each + i] = (long) part[i];
                    found.logProbabilities()[from * each + i] = (float) part[cells + i];
                }
            }
        }
        return found;
    }

    private NDArray part(NDManager piece, int from, int until) {
        NDArray chosen = piece.create(LongStream.range(from, until).toArray());
        return run(piece, "part", new NDList(hidden, chosen));
    }

    private NDArray run(NDManager piece, String method, NDList arguments) {
        return program.runDetached(piece, method, arguments).singletonOrThrow();
    }

    private static float[][] rows(float[] flat, int count) {
        var rows = new float[count][];
        for (int i = 0; i < count; i++) {
            int each = flat.length / count;
            rows[i] = Arrays.copyOfRange(flat, i * each, (i + 1) * each);
        }
        return rows;
    }
}
