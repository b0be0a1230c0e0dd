package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;

/** The penalty for the distance to the reference policy. With x = log π_ref − log π_θ and w the token weight, a constant to the derivative. */
sealed interface ReferencePenalty {

    static ReferencePenalty of(Regulariser settings) {
        if (settings.klCoefficient() == 0) {
            return new Free();
        }
        return new K3(settings.klCoefficient(), settings.klForm() == KlForm.WEIGHTED_K3);
    }

    /** The token's penalty. */
    double loss(double weight, double toReference);

    /** Its derivative with respect to log π_θ. */
    double slope(double weight, double toReference);

    /** No penalty. */
    record Free() implements ReferencePenalty {
        @Override
        public double loss(double weight, double toReference) {
            return 0;
        }

        @Override
        public double slope(double weight, double toReference) {
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
        public double loss(double weight, double toReference) {
            return coefficient * LogRatio.k3(weighted ? weight : 1.0, LogRatio.clamp(toReference));
        }

        @Override
        public double slope(double weight, double toReference) {
            double scale = weighted ? weight : 1.0;
            return coefficient * (1 - scale * Math.exp(LogRatio.clamp(toReference))) * LogRatio.slope(toReference);
        }
    }
}
