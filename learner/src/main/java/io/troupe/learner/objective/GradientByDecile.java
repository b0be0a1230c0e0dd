package io.troupe.learner.objective;

import java.util.Arrays;

/**
 * Where the gradient comes from: sums over the sampled tokens by the decile of their probability under the policy being updated, [0, 0.1), [0.1, 0.2), …,
 * [0.9, 1]. It answers which tokens drive an update, the question that AR-Lopti (arXiv 2505.12929) and TR-GRPO (arXiv 2511.00066) ask.
 *
 * <p>With s = |∂ loss / ∂ log π_θ| of a token, the gradient with respect to the logits of its position is s · (1_token − π_θ): its part along the token's own
 * logit is s · (1 − p), and its Euclidean norm lies between s · (1 − p) and √2 · s · (1 − p). AR-Lopti's Proposition 4.2 bounds the gradient in each layer by
 * the same factor. So s · (1 − p) stands for the norm of a token's gradient, and s alone for what the objective asks of it. Both include clip, weights and
 * aggregation; a Kullback-Leibler penalty too; an entropy bonus not.
 *
 * <p>Immutable: arrays are copied. Those of micro-batches add up with {@link #plus}.
 */
public final class GradientByDecile {

    /** How many intervals of probability there are. */
    public static final int DECILES = 10;

    /** Of no tokens. */
    public static final GradientByDecile NONE =
            new GradientByDecile(new long[DECILES], new double[DECILES], new double[DECILES]);

    private final long[] tokens;
    private final double[] slopes;
    private final double[] norms;

    private GradientByDecile(long[] tokens, double[] slopes, double[] norms) {
        this.tokens = tokens;
        this.slopes = slopes;
        this.norms = norms;
    }

    /**
     * The decile of a probability.
     *
     * @param probability in 0..1; a little above 1, from rounding, counts as 1
     * @return 0..9
     */
    public static int of(double probability) {
        return Math.max(0, Math.min(DECILES - 1, (int) (probability * DECILES)));
    }

    /**
     * Those of two parts together.
     *
     * @param other the other part
     * @return the sums
     */
    public GradientByDecile plus(GradientByDecile other) {
        var sum = new Tally();
        sum.add(this);
        sum.add(other);
        return sum.total();
    }

    /**
     * Sampled tokens, by decile.
     *
     * @return {@code [10]}
     */
    public long[] tokens() {
        return tokens.clone();
    }

    /**
     * Shares of Σ s · (1 − p), the surrogate of the gradient's norm, by decile.
     *
     * @return {@code [10]}, with the sum 1; all 0 if there is no gradient at all
     */
    public double[] gradientShares() {
        return shares(norms);
    }

    /**
     * Shares of Σ s, by decile.
     *
     * @return {@code [10]}, with the sum 1; all 0 if there is no gradient at all
     */
    public double[] slopeShares() {
        return shares(slopes);
    }

    private static double[] shares(double[] sums) {
        double whole = Arrays.stream(sums).sum();
        return Arrays.stream(sums).map(sum -> whole == 0 ? 0 : sum / whole).toArray();
    }

    /** Adds up. Not thread-safe. */
    static final class Tally {
        private final long[] tokens = new long[DECILES];
        private final double[] slopes = new double[DECILES];
        private final double[] norms = new double[DECILES];

        void token(double logProbability, double slope) {
            double probability = Math.exp(logProbability);
            int decile = of(probability);
            tokens[decile]++;
            slopes[decile] += Math.abs(slope);
            norms[decile] += Math.abs(slope) * Math.max(0, 1 - probability);
        }

        void add(GradientByDecile part) {
            for (int i = 0; i < DECILES; i++) {
                tokens[i] += part.tokens[i];
                slopes[i] += part.slopes[i];
                norms[i] += part.norms[i];
            }
        }

        GradientByDecile total() {
            return new GradientByDecile(tokens.clone(), slopes.clone(), norms.clone());
        }
    }
}
