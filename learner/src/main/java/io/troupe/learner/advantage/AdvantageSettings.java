package io.troupe.learner.advantage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which advantage a trajectory gets from the rewards of its group. Immutable. What cannot be is refused where an objective is put together.
 *
 * @param estimator how rewards become advantages
 * @param deviation which standard deviation {@link Estimator#GRPO} divides by; the others do not look at it
 * @param delta added to the standard deviation by {@link Estimator#GRPO}, so that nothing is divided by zero; at least 0
 * @param overlong what long trajectories lose before that
 * @param belief how much a group counts by its difficulty
 * @param hiddenReward how much a token counts by what its learning does to the group's right answers
 */
public record AdvantageSettings(
        Estimator estimator,
        Deviation deviation,
        double delta,
        Overlong overlong,
        Belief belief,
        HiddenReward hiddenReward) {

    /** The ways from rewards to advantages. */
    public enum Estimator {
        /** (R − mean) / (std + δ); arXiv 2402.03300. */
        GRPO,
        /** R − mean; arXiv 2503.20783. */
        DR_GRPO,
        /** R − mean of the other trajectories of the group (RLOO). */
        LEAVE_ONE_OUT,
        /** max(R, 0), in groups of equal rewards too; RAFT, arXiv 2504.11343. */
        POSITIVE_REWARD,
        /** R, but 0 if the group's rewards are all equal; Reinforce-Rej, arXiv 2504.11343. */
        MIXED_REWARD,
        /** By token: mean R through prefix and token − mean R through the prefix; T-SPMO, arXiv 2504.20834, reconstructed. */
        PREFIX_TREE
    }

    /** Which divisor the variance has. */
    public enum Deviation {
        /** n − 1. */
        SAMPLE,
        /** n. */
        POPULATION
    }

    /**
     * The soft overlong penalty of arXiv 2503.14476: a reward loses nothing up to L_max − L_cache sampled tokens, 1 from L_max on, and in between in proportion.
     *
     * @param length L_max, or null for no penalty
     * @param cache L_cache, in 1..L_max; null exactly if the length is
     */
    public record Overlong(
            @Nullable Integer length, @Nullable Integer cache) {

        /** No penalty. */
        public static final Overlong NONE = new Overlong(null, null);

        /**
         * What is added to the reward.
         *
         * @param tokens how many tokens the policy sampled
         * @return −1..0
         */
        public double penalty(int tokens) {
            if (length == null || cache == null) {
                return 0;
            }
            int free = length - cache;
            return tokens <= free ? 0 : -Math.min(1, (tokens - free) / (double) cache);
        }
    }

    /** How the belief about the policy's accuracy follows the batches. */
    public enum BeliefKind {
        /** There is none: all groups count alike. */
        NONE,
        /** By a step towards each batch's accuracy, the greater the more the belief has moved of late. */
        SOFT,
        /** The mean of the last batches' accuracies. */
        HARD
    }

    /**
     * HA-DW's weighting by difficulty (arXiv 2601.08521); see {@link DifficultyBelief}.
     *
     * @param kind how the belief follows
     * @param scale λ, greater than 0
     * @param rate η, greater than 0
     * @param window m: how many batches the belief looks back, at least 2
     */
    public record Belief(BeliefKind kind, double scale, double rate, int window) {

        /** None. */
        public static final Belief NONE = new Belief(BeliefKind.NONE, 1.3, 5, 10);

        public Belief {
            Objects.requireNonNull(kind, "kind");
        }
    }

    /** Which tokens a hidden reward changes. */
    public enum HiddenRewardKind {
        /** None. */
        NONE,
        /** Tokens of wrong answers that share what makes the right ones likely: NTHR, arXiv 2505.18830. */
        NEGATIVE,
        /** Tokens of all answers, by the sign of their influence on the right ones: THR, arXiv 2510.03669, reconstructed. */
        SIGNED
    }

    /**
     * Weights by the hidden reward of a token; see {@link TokenInfluence}.
     *
     * @param kind which tokens
     * @param threshold β, greater than 0: τ is this times the least mean score of a right answer
     * @param preference p of {@link HiddenRewardKind#SIGNED}, in [−1, 1]: above 0 for tokens that help the right answers, below for the others
     */
    public record HiddenReward(HiddenRewardKind kind, double threshold, double preference) {

        /** None. */
        public static final HiddenReward NONE = new HiddenReward(HiddenRewardKind.NONE, 1, 0.1);

        public HiddenReward {
            Objects.requireNonNull(kind, "kind");
        }

        /** Whether it changes anything. */
        public boolean isGiven() {
            return kind != HiddenRewardKind.NONE;
        }
    }

    public AdvantageSettings {
        Objects.requireNonNull(estimator, "estimator");
        Objects.requireNonNull(deviation, "deviation");
        Objects.requireNonNull(overlong, "overlong");
        Objects.requireNonNull(belief, "belief");
        Objects.requireNonNull(hiddenReward, "hiddenReward");
        if (!(delta >= 0) || Double.isInfinite(delta)) {
            throw new IllegalArgumentException("objective.advantage.delta must be a number >= 0, but is " + delta);
        }
    }

    /** Without a penalty for length, and with all groups and tokens alike. */
    public AdvantageSettings(Estimator estimator, Deviation deviation, double delta) {
        this(estimator, deviation, delta, Overlong.NONE, Belief.NONE, HiddenReward.NONE);
    }
}
