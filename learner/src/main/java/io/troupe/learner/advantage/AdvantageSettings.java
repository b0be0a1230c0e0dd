package io.troupe.learner.advantage;

import java.util.Objects;

/**
 * Which advantage a trajectory gets from the rewards of its group. Immutable.
 *
 * @param estimator how rewards become advantages
 * @param deviation which standard deviation {@link Estimator#GRPO} divides by; the others do not look at it
 * @param delta added to the standard deviation by {@link Estimator#GRPO}, so that nothing is divided by zero; at least 0
 */
public record AdvantageSettings(Estimator estimator, Deviation deviation, double delta) {

    /** The ways from rewards to advantages. */
    public enum Estimator {
        /** (R − mean) / (std + δ); arXiv 2402.03300. */
        GRPO,
        /** R − mean; arXiv 2503.20783. */
        DR_GRPO,
        /** R − mean of the other trajectories of the group (RLOO). */
        LEAVE_ONE_OUT
    }

    /** Which divisor the variance has. */
    public enum Deviation {
        /** n − 1. */
        SAMPLE,
        /** n. */
        POPULATION
    }

    public AdvantageSettings {
        Objects.requireNonNull(estimator, "estimator");
        Objects.requireNonNull(deviation, "deviation");
        if (!(delta >= 0) || Double.isInfinite(delta)) {
            throw new IllegalArgumentException("objective.advantage.delta must be a number >= 0, but is " + delta);
        }
    }
}
