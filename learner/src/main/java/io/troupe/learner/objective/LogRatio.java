package io.troupe.learner.objective;

/** Differences of log-probabilities, bounded so that their exponentials stay finite, as verl and TRL do. */
final class LogRatio {

    static final double BOUND = 20;

    private LogRatio() {}

    /** The value within ±20. What is not finite comes from a broken forward pass and becomes NaN, so that the loss shows it. */
    static double clamp(double difference) {
        if (!Double.isFinite(difference)) {
            return Double.NaN;
        }
        return Math.max(-BOUND, Math.min(BOUND, difference));
    }

    /** The derivative of the clamp: 0 outside the bounds. */
    static double slope(double difference) {
        return Math.abs(difference) > BOUND ? 0 : 1;
    }

    /** The k3 estimate ρ − log ρ − 1, of ρ = scale · exp(logRatio). Schulman, "Approximating KL divergence", 2020. */
    static double k3(double scale, double logRatio) {
        return scale * Math.exp(logRatio) - (Math.log(scale) + logRatio) - 1;
    }
}
