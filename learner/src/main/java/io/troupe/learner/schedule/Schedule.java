package io.troupe.learner.schedule;

import java.util.Objects;

/**
 * The learning rate as a pure function of the step, so that a resumed run has the rate of the run that was never stopped. Steps count from 0. The
 * first {@code warmupSteps} steps rise in equal parts; step {@code warmupSteps} has the peak; from there a decaying shape falls to
 * {@code peak · minRatio}, which the last step and all after it have. Immutable.
 *
 * @param shape what comes after the warm-up
 * @param peak the highest learning rate, greater than 0
 * @param warmupSteps steps below the peak, at least 0
 * @param totalSteps steps of the run, at least 1
 * @param minRatio the last rate as a share of the peak, in [0, 1]; a constant shape does not look at it
 */
public record Schedule(Shape shape, double peak, long warmupSteps, long totalSteps, double minRatio) {

    /** The ways to go on after the warm-up. */
    public enum Shape {
        /** Stays at the peak. */
        CONSTANT,
        /** Falls in equal parts. */
        LINEAR,
        /** Falls as half a period of the cosine. */
        COSINE
    }

    public Schedule {
        Objects.requireNonNull(shape, "shape");
        require(peak > 0 && Double.isFinite(peak), "the learning rate must be a number > 0, but is " + peak);
        require(warmupSteps >= 0, "warm-up steps must be >= 0, but are " + warmupSteps);
        require(totalSteps >= 1, "a schedule is for at least 1 step, but is for " + totalSteps);
        require(
                minRatio >= 0 && minRatio <= 1,
                "the ratio of the last learning rate must be in [0, 1], but is " + minRatio);
    }

    /**
     * The learning rate of a step.
     *
     * @param step from 0
     * @return the rate; above 0 unless {@code minRatio} is 0
     */
    public double at(long step) {
        require(step >= 0, "steps count from 0, but this is step " + step);
        if (step < warmupSteps) {
            return peak * (step + 1.0) / (warmupSteps + 1.0);
        }
        double height = switch (shape) {
            case CONSTANT -> 1;
            case LINEAR -> 1 - progress(step);
            case COSINE -> (1 + Math.cos(Math.PI * progress(step))) / 2;
        };
        return shape == Shape.CONSTANT ? peak : peak * (minRatio + (1 - minRatio) * height);
    }

    /** 0 at the first step after the warm-up, 1 at the last step and after it. */
    private double progress(long step) {
        long span = totalSteps - 1 - warmupSteps;
        if (span <= 0) {
            return step > warmupSteps ? 1 : 0;
        }
        return Math.min(1, (step - warmupSteps) / (double) span);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
