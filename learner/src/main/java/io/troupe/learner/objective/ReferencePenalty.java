package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;

/** The penalty for the distance to the reference policy. With x = log π_ref − log π_θ and w the token weight, a constant to the derivative. */
sealed interface ReferencePenalty {

    static ReferencePenalty of(Regulariser settings) {
        double coefficient = settings.klCoefficient();
        if (coefficient == 0) {
            return new Free();
        }
        return switch (settings.klForm()) {
            case K3 -> new K3(coefficient, false);
            case WEIGHTED_K3 -> new K3(coefficient, true);
            case K2 -> new K2(coefficient);
            case SEQUENCE_K2 -> new SequenceK2(coefficient);
        };
    }

    /** Whether x must be the mean over the trajectory. */
    static boolean isOfSequence(Regulariser settings) {
        return settings.klForm() == KlForm.SEQUENCE_K2;
    }

    /**
     * The token's penalty.
     *
     * @param toReference x, of the token or the mean over its trajectory
     * @param length of the trajectory
     */
    double loss(double weight, double toReference, int length);

    /** Its derivative with respect to log π_θ. */
    double slope(double weight, double toReference, int length);

    /** No penalty. */
    record Free() implements ReferencePenalty {
        @Override
        public double loss(double weight, double toReference, int length) {
            return 0;
        }

        @Override
        public double slope(double weight, double toReference, int length) {
            return 0;
        }
    }

    /**
     * β (u − log u − 1) with u = exp(x), or u = w·exp(x) if weighted.
     *
     * @param coefficient β
     * @param weighted whether w enters
     */
    record K3(double coefficient, boolean weighted) implements ReferencePenalty {
        @Override
        public double loss(double weight, double toReference, int length) {
            return coefficient * LogRatio.k3(weighted ? weight : 1.0, LogRatio.clamp(toReference));
        }

        @Override
        public double slope(double weight, double toReference, int length) {
            double scale = weighted ? weight : 1.0;
            return coefficient * (1 - scale * Math.exp(LogRatio.clamp(toReference))) * LogRatio.slope(toReference);
        }
    }

    /**
     * β x²/2.
     *
     * @param coefficient β
     */
    record K2(double coefficient) implements ReferencePenalty {
        @Override
        public double loss(double weight, double toReference, int length) {
            double x = LogRatio.clamp(toReference);
            return coefficient * x * x / 2;
        }

        @Override
        public double slope(double weight, double toReference, int length) {
            return -coefficient * LogRatio.clamp(toReference) * LogRatio.slope(toReference);
        }
    }

    /**
     * β (Σ x)²/(2 n) for each of the n tokens, so that the mean over the tokens is that of the trajectory. arXiv 2512.03759.
     *
     * @param coefficient β
     */
    record SequenceK2(double coefficient) implements ReferencePenalty {
        @Override
        public double loss(double weight, double meanToReference, int length) {
            double x = LogRatio.clamp(meanToReference);
            return coefficient * length * x * x / 2;
        }

        @Override
        public double slope(double weight, double meanToReference, int length) {
            return -coefficient * length * LogRatio.clamp(meanToReference) * LogRatio.slope(meanToReference);
        }
    }
}
