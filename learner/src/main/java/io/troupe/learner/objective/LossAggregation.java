package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.Aggregation;
import java.util.Objects;

/** From token losses to the batch's loss: the factor of each token of a trajectory. */
sealed interface LossAggregation {

    static LossAggregation of(Aggregation settings) {
        return switch (settings.kind()) {
            case TOKEN_MEAN -> new TokenMean();
            case SEQUENCE_MEAN_TOKEN_SUM -> new PerTrajectory(1);
            case SEQUENCE_MEAN_TOKEN_MEAN -> new PerTrajectoryAndLength();
            case CONSTANT_LENGTH -> new PerTrajectory(Objects.requireNonNull(settings.constantLength()));
        };
    }

    /**
     * The factor of a token's loss.
     *
     * @param length the sampled tokens of its trajectory
     * @param whole the counts of the whole batch
     */
    double factor(int length, Normalizer whole);

    /** 1 / tokens. */
    record TokenMean() implements LossAggregation {
        @Override
        public double factor(int length, Normalizer whole) {
            return 1.0 / whole.tokens();
        }
    }

    /**
     * 1 / (trajectories · length).
     *
     * @param length a constant: 1, or the longest length possible
     */
    record PerTrajectory(int length) implements LossAggregation {
        @Override
        public double factor(int ownLength, Normalizer whole) {
            return 1.0 / ((double) whole.trajectories() * length);
        }
    }

    /** 1 / (trajectories · the trajectory's own length). */
    record PerTrajectoryAndLength() implements LossAggregation {
        @Override
        public double factor(int length, Normalizer whole) {
            return 1.0 / ((double) whole.trajectories() * length);
        }
    }
}
