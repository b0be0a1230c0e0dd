package io.troupe.learner.advantage;

import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From the rewards of one group, {@code [trajectories]}, to the advantages of its trajectories, {@code [trajectories]}. Pure functions, safe for any
 * thread. A group of one and a group of equal rewards teach nothing: their advantages are exactly 0, but for RAFT's.
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
            case POSITIVE_REWARD -> new PositiveReward();
            case MIXED_REWARD -> new MixedReward();
            case PREFIX_TREE -> new ByPrefix();
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
            return ofEqual(rewards);
        }
        return ofMixed(rewards);
    }

    /**
     * The advantages of a group by token. Most estimators give every token of a trajectory the same.
     *
     * @param rewards one a trajectory
     * @param sequences the tokens of each trajectory after the common prompt
     * @return for each trajectory {@code [tokens]}
     * @throws IllegalArgumentException if there is no reward, or one is not finite
     */
    default List<double[]> advantages(double[] rewards, List<int[]> sequences) {
        double[] ofTrajectories = advantages(rewards);
        var values = new ArrayList<double[]>();
        for (int i = 0; i < rewards.length; i++) {
            var tokens = new double[sequences.get(i).length];
            Arrays.fill(tokens, ofTrajectories[i]);
            values.add(tokens);
        }
        return values;
    }

    /**
     * The advantages of a group whose rewards are all equal.
     *
     * @param rewards one a trajectory
     * @return one a trajectory; 0 unless the estimator says otherwise
     */
    default double[] ofEqual(double[] rewards) {
        return new double[rewards.length];
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

    /** RAFT: max(R, 0), whatever the others of the group have. */
    record PositiveReward() implements AdvantageEstimator {
        @Override
        public double[] ofEqual(double[] rewards) {
            return ofMixed(rewards);
        }

        @Override
        public double[] ofMixed(double[] rewards) {
            return Arrays.stream(rewards).map(reward -> Math.max(reward, 0)).toArray();
        }
    }

    /** Reinforce-Rej: R, in groups that are neither right throughout nor wrong throughout. */
    record MixedReward() implements AdvantageEstimator {
        @Override
        public double[] ofMixed(double[] rewards) {
            return rewards.clone();
        }
    }

    /** T-SPMO, reconstructed: by token, where the trajectories of the group part. A whole trajectory has what its parting from the others at once would give. */
    record ByPrefix() implements AdvantageEstimator {
        @Override
        public double[] ofMixed(double[] rewards) {
            return centre(rewards);
        }

        @Override
        public List<double[]> advantages(double[] rewards, List<int[]> sequences) {
            double[] centred = advantages(rewards);
            if (Arrays.stream(centred).allMatch(x -> x == 0)) {
                return sequences.stream()
                        .map(sequence -> new double[sequence.length])
                        .toList();
            }
            return PrefixTree.advantages(rewards, sequences);
        }
    }

    private static double[] centre(double[] rewards) {
        double mean = Arrays.stream(rewards).sum() / rewards.length;
        return Arrays.stream(rewards).map(reward -> reward - mean).toArray();
    }
}
