package io.troupe.learner;

import io.troupe.learner.advantage.AdvantageEstimator;
import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.advantage.DifficultyBelief;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Trajectory;
import java.util.ArrayList;
import java.util.List;

/**
 * From the verdicts of a batch to the advantages of its sampled tokens: the penalty for length, the estimator, the weight by difficulty, in this order. Not
 * thread-safe if the belief is kept.
 */
final class Credit {

    private final AdvantageSettings settings;
    private final AdvantageEstimator estimator;
    private final DifficultyBelief belief;

    Credit(AdvantageSettings settings) {
        this.settings = settings;
        estimator = AdvantageEstimator.of(settings);
        belief = new DifficultyBelief(settings.belief());
    }

    /** What is carried from batch to batch. */
    DifficultyBelief belief() {
        return belief;
    }

    /** The share of correct trajectories. */
    static double accuracy(List<Group> groups) {
        long correct = 0;
        long trajectories = 0;
        for (Group group : groups) {
            correct += correct(group);
            trajectories += group.getTrajectoriesCount();
        }
        return (double) correct / trajectories;
    }

    /**
     * The advantages of a group's sampled tokens.
     *
     * @param sequences the tokens of its trajectories
     * @param batchAccuracy of the whole batch
     * @return for each trajectory {@code [scored]}
     */
    List<double[]> advantages(Group group, List<ScoredSequence> sequences, double batchAccuracy) {
        var rewards = new double[sequences.size()];
        for (int i = 0; i < rewards.length; i++) {
            rewards[i] = reward(group.getTrajectories(i), sequences.get(i));
        }
        List<double[]> byToken = estimator.advantages(
                rewards, sequences.stream().map(ScoredSequence::rest).toList());
        double accuracy = (double) correct(group) / group.getTrajectoriesCount();
        var scored = new ArrayList<double[]>();
        for (int i = 0; i < rewards.length; i++) {
            scored.add(weighted(ofScored(byToken.get(i), sequences.get(i)), accuracy, batchAccuracy));
        }
        return scored;
    }

    /** A trajectory's reward, with the penalty for length. */
    double reward(Trajectory trajectory, ScoredSequence sequence) {
        return trajectory.getVerdict().getReward() + settings.overlong().penalty(sequence.scoredTokens());
    }

    private double[] weighted(double[] advantages, double groupAccuracy, double batchAccuracy) {
        if (belief.isKept()) {
            for (int t = 0; t < advantages.length; t++) {
                advantages[t] *= belief.weight(advantages[t], groupAccuracy, batchAccuracy);
            }
        }
        return advantages;
    }

    private static double[] ofScored(double[] values, ScoredSequence sequence) {
        var scored = new double[sequence.scoredTokens()];
        int next = 0;
        for (int t = 0; t < values.length; t++) {
            if (sequence.scored()[t]) {
                scored[next++] = values[t];
            }
        }
        return scored;
    }

    private static long correct(Group group) {
        return group.getTrajectoriesList().stream()
                .filter(trajectory -> trajectory.getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT)
                .count();
    }
}
