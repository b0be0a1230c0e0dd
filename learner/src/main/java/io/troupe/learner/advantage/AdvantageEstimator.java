package io.troupe.learner.advantage;

import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import java.util.Arrays;

/**
 * From the rewards of one group, {@code [trajectories]}, to the advantages of its trajectories, {@code [trajectories]}. Pure functions, safe for any
 * thread. A group of one and a group of equal rewards teach nothing: their advantages are exactly 0.
 */
public sealed interface AdvantageEstimator {

    /**
     * The estimator that the settings describe.
     *
     * @param settings which one
     * @return the estimator
     */
    static AdvantageEstimator of(AdvantageSettings settings) {
        return switch (settings.estimator()) {
            case GRPO -> new GroupNormalized(settings.deviation(), settings.delta());
            case DR_GRPO -> new GroupCentred();
            case LEAVE_ONE_OUT -> new LeaveOneOut();
        };
    }

    /**
     * The advantages of a group.
     *
     * @param rewards one a trajectory, {@code [trajectories]}
     * @return one a trajectory, in the same order
     * @throws IllegalArgumentException if there is no reward, or one is not finite
     */
    default double[] advantages(double... rewards) {
        if (rewards.length == 0) {
            throw new IllegalArgumentException("a group without a reward has no advantages");
        }
        for (int i = 0; i < rewards.length; i++) {
            if (!Double.isFinite(rewards[i])) {
                throw new IllegalArgumentException("the reward of trajectory " + i + " of the group is " + rewards[i]
                        + "; a trajectory that was not judged must not reach the learner");
            }
        }
        double first = rewards[0];
        if (Arrays.stream(rewards).allMatch(reward -> reward == first)) {
            return new double[rewards.length];
        }
        return ofMixed(rewards);
    }

    /**
     * The advantages of a group of at least two rewards that are finite and not all equal.
     *
     * @param rewards one a trajectory
     * @return one a trajectory
     */
    double[] ofMixed(double[] rewards);

    /**
     * GRPO: (R − mean) / (std + δ).
     *
     * @param deviation the divisor of the variance
     * @param delta δ
     */
    record GroupNormalized(Deviation deviation, double delta) implements AdvantageEstimator {
        @Override
        public double[] ofMixed(double[] rewards) {
            double[] centred = centre(rewards);
            double squares = Arrays.stream(centred).map(x -> x * x).sum();
            int divisor = deviation == Deviation.SAMPLE ? rewards.length - 1 : rewards.length;
            double scale = Math.sqrt(squares / divisor) + delta;
            return Arrays.stream(centred).map(x -> x / scale).toArray();
        }
    }

    /** Dr. GRPO: R − mean, so that a group's difficulty does not scale its gradient. */
    record GroupCentred() implements AdvantageEstimator {
        @Override
        public double[] ofMixed(double[] rewards) {
            return centre(rewards);
        }
    }

    /** R_i − mean of R_j over j ≠ i: an unbiased baseline, equal to n/(n−1) of the centred reward. */
    record LeaveOneOut() implements AdvantageEstimator {
        @Override
        public double[] ofMixed(double[] rewards) {
            double stretch = rewards.length / (rewards.length - 1.0);
            return Arrays.stream(centre(rewards)).map(x -> x * stretch).toArray();
        }
    }

    private static double[] centre(double[] rewards) {
        double mean = Arrays.stream(rewards).sum() / rewards.length;
        return Arrays.stream(rewards).map(reward -> reward - mean).toArray();
    }
}
