package io.troupe.learner.objective;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the objective looks at: the tokens that the policy sampled, those of one trajectory after those of another, with no prompt, template or environment
 * tokens between. All log-probabilities are natural logarithms at the sampling temperature. Immutable: arrays are copied in. A trajectory must be whole
 * within one batch, or the sequence means are wrong.
 */
public final class TokenBatch {

    private final int[] offsets;
    private final double[] advantages;
    private final boolean @Nullable [] selected;
    private final double[] current;
    private final double[] behaviour;
    private final double @Nullable [] proximal;
    private final double @Nullable [] reference;
    private final double @Nullable [] entropy;
    private final double @Nullable [] softValues;
    private final double @Nullable [][] likeliestBefore;
    private final double @Nullable [][] likeliestNow;

    private TokenBatch(Builder builder, double[] current, double[] behaviour) {
        this.offsets = builder.offsets;
        this.advantages = builder.ofTokens();
        this.selected = builder.selected;
        this.current = current;
        this.behaviour = behaviour;
        this.proximal = builder.proximal;
        this.reference = builder.reference;
        this.entropy = builder.entropy;
        this.softValues = builder.softValues;
        this.likeliestBefore = builder.likeliestBefore;
        this.likeliestNow = builder.likeliestNow;
    }

    /**
     * Starts a batch.
     *
     * @param offsets where each trajectory's tokens begin, and the end: {@code [trajectories + 1]}, from 0, never decreasing
     * @param advantages one a trajectory, {@code [trajectories]}, finite
     * @return a builder
     */
    public static Builder builder(int[] offsets, double[] advantages) {
        return new Builder(offsets.clone(), advantages.clone());
    }

    /**
     * Starts a batch whose advantages are given by token.
     *
     * @param offsets where each trajectory's tokens begin, and the end: {@code [trajectories + 1]}, from 0, never decreasing
     * @return a builder
     */
    public static Builder builder(int[] offsets) {
        return new Builder(offsets.clone(), new double[Math.max(0, offsets.length - 1)]);
    }

    /** How many tokens there are. */
    public int tokens() {
        return offsets[offsets.length - 1];
    }

    /** How many trajectories there are. */
    public int trajectories() {
        return offsets.length - 1;
    }

    int start(int trajectory) {
        return offsets[trajectory];
    }

    int end(int trajectory) {
        return offsets[trajectory + 1];
    }

    double advantage(int token) {
        return advantages[token];
    }

    boolean isSelected(int token) {
        return selected == null || selected[token];
    }

    double current(int token) {
        return current[token];
    }

    double behaviour(int token) {
        return behaviour[token];
    }

    boolean hasProximal() {
        return proximal != null;
    }

    double proximal(int token) {
        return present(proximal, "proximal")[token];
    }

    boolean hasReference() {
        return reference != null;
    }

    double reference(int token) {
        return present(reference, "reference")[token];
    }

    boolean hasEntropy() {
        return entropy != null;
    }

    double entropy(int token) {
        return present(entropy, "entropy")[token];
    }

    boolean hasSoftValues() {
        return softValues != null;
    }

    double softValue(int token) {
        return present(softValues, "soft values")[token];
    }

    boolean hasLikeliest() {
        return likeliestBefore != null;
    }

    /** Log-probabilities of the most likely tokens at a token's place, under the policy that sampled. */
    double[] likeliestBefore(int token) {
        if (likeliestBefore == null) {
            throw new IllegalStateException("the batch has no most likely tokens");
        }
        return likeliestBefore[token];
    }

    /** Those of the same tokens under π_θ. */
    double[] likeliestNow(int token) {
        if (likeliestNow == null) {
            throw new IllegalStateException("the batch has no most likely tokens");
        }
        return likeliestNow[token];
    }

    private static double[] present(double @Nullable [] values, String what) {
        if (values == null) {
            throw new IllegalStateException("the batch has no " + what);
        }
        return values;
    }

    /** Collects the arrays of a batch. Not thread-safe. */
    public static final class Builder {
        private final int[] offsets;
        private final double[] advantages;
        private double @Nullable [] tokenAdvantages;
        private boolean @Nullable [] selected;
        private double @Nullable [] current;
        private double @Nullable [] behaviour;
        private double @Nullable [] proximal;
        private double @Nullable [] reference;
        private double @Nullable [] entropy;
        private double @Nullable [] softValues;
        private double @Nullable [][] likeliestBefore;
        private double @Nullable [][] likeliestNow;

        private Builder(int[] offsets, double[] advantages) {
            this.offsets = offsets;
            this.advantages = advantages;
            if (offsets.length != advantages.length + 1 || offsets[0] != 0) {
                throw new IllegalArgumentException("offsets must begin with 0 and be one more than the "
                        + advantages.length + " advantages, but there are " + offsets.length);
            }
            for (int i = 0; i < advantages.length; i++) {
                if (offsets[i + 1] < offsets[i]) {
                    throw new IllegalArgumentException("offsets must never decrease, but trajectory " + i
                            + " runs from " + offsets[i] + " to " + offsets[i + 1]);
                }
                if (!Double.isFinite(advantages[i])) {
                    throw new IllegalArgumentException("the advantage of trajectory " + i + " is " + advantages[i]);
                }
            }
        }

        /**
         * Advantages of single tokens, in place of those of the trajectories.
         *
         * @param values {@code [tokens]}, finite
         * @return this
         */
        public Builder tokenAdvantages(double[] values) {
            this.tokenAdvantages = checked(values, "advantages");
            for (int t = 0; t < values.length; t++) {
                if (!Double.isFinite(values[t])) {
                    throw new IllegalArgumentException("the advantage of token " + t + " is " + values[t]);
                }
            }
            return this;
        }

        /**
         * Which tokens have a loss now; all of them if this is never called. The others are only counted by the aggregation.
         *
         * @param tokens {@code [tokens]}
         * @return this
         */
        public Builder selected(boolean[] tokens) {
            requireLength(tokens.length, "selection");
            this.selected = tokens.clone();
            return this;
        }

        /**
         * log π_θ: the policy that is being updated.
         *
         * @param logProbabilities {@code [tokens]}
         * @return this
         */
        public Builder current(double[] logProbabilities) {
            this.current = checked(logProbabilities, "current");
            return this;
        }

        /**
         * log π_behav: recorded token by token when it was sampled.
         *
         * @param logProbabilities {@code [tokens]}
         * @return this
         */
        public Builder behaviour(double[] logProbabilities) {
            this.behaviour = checked(logProbabilities, "behaviour");
            return this;
        }

        /**
         * log π_prox: the policy right before the first update on this batch. Where a batch makes one update, that is log π_θ itself.
         *
         * @param logProbabilities {@code [tokens]}
         * @return this
         */
        public Builder proximal(double[] logProbabilities) {
            this.proximal = checked(logProbabilities, "proximal");
            return this;
        }

        /**
         * log π_ref: the reference policy.
         *
         * @param logProbabilities {@code [tokens]}
         * @return this
         */
        public Builder reference(double[] logProbabilities) {
            this.reference = checked(logProbabilities, "reference");
            return this;
        }

        /**
         * The entropy of the distribution that each token was drawn from, under π_θ, in nats.
         *
         * @param nats {@code [tokens]}
         * @return this
         */
        public Builder entropy(double[] nats) {
            this.entropy = checked(nats, "entropy");
            return this;
        }

        /**
         * What the state is worth that each token was sampled in, under π_θ: E_{w~π}[Q(w)] − β KL(π‖ρ).
         *
         * @param values {@code [tokens]}
         * @return this
         */
        public Builder softValues(double[] values) {
            this.softValues = checked(values, "soft values");
            return this;
        }

        /**
         * The tokens that were the most likely at each token's place, as natural logarithms of their probabilities.
         *
         * @param before under the policy that sampled, {@code [tokens][k]}
         * @param now of the same tokens under π_θ, {@code [tokens][k]}
         * @return this
         */
        public Builder likeliest(double[][] before, double[][] now) {
            requireLength(before.length, "most likely tokens before");
            requireLength(now.length, "most likely tokens now");
            for (int t = 0; t < now.length; t++) {
                if (before[t].length != now[t].length) {
                    throw new IllegalArgumentException("token " + t + " has " + before[t].length
                            + " most likely tokens before and " + now[t].length + " now");
                }
            }
            this.likeliestBefore = copied(before);
            this.likeliestNow = copied(now);
            return this;
        }

        private static double[][] copied(double[][] values) {
            return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
        }

        /**
         * The batch.
         *
         * @return the batch
         * @throws IllegalArgumentException if current or behaviour is missing
         */
        public TokenBatch build() {
            if (current == null || behaviour == null) {
                throw new IllegalArgumentException("a batch needs the current and the behaviour log-probabilities");
            }
            return new TokenBatch(this, current, behaviour);
        }

        private double[] ofTokens() {
            if (tokenAdvantages != null) {
                return tokenAdvantages;
            }
            var values = new double[offsets[offsets.length - 1]];
            for (int i = 0; i < advantages.length; i++) {
                Arrays.fill(values, offsets[i], offsets[i + 1], advantages[i]);
            }
            return values;
        }

        private double[] checked(double[] values, String what) {
            requireLength(values.length, what);
            return values.clone();
        }

        private void requireLength(int length, String what) {
            int tokens = offsets[offsets.length - 1];
            if (length != tokens) {
                throw new IllegalArgumentException(
                        "there are " + tokens + " tokens, but " + length + " values of " + what);
            }
        }
    }
}
