package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.Weight;

/**
 * The weight of a token as a function of its own log-probability. It is a constant to the derivative: no gradient flows through it. Without
 * {@code reversed} it never decreases in the probability. Pure functions, safe for any thread.
 */
public sealed interface TokenWeight {

    /**
     * The weight that the settings describe.
     *
     * @param settings form, constants, direction
     * @return the weight
     */
    static TokenWeight of(Weight settings) {
        if (settings.form() == WeightForm.NONE) {
            return new Unweighted();
        }
        if (settings.form() == WeightForm.LINEAR) {
            return new Linear(settings.alpha(), settings.lower(), settings.upper());
        }
        var sigmoid = new ClippedSigmoid(
                settings.form(), settings.alpha(), settings.tau(), settings.mu(), settings.lower(), settings.upper());
        return settings.reversed() ? new Reversed(sigmoid) : sigmoid;
    }

    /**
     * The weight of a token.
     *
     * @param logProbability the natural logarithm of its probability, from −∞ to 0
     * @return its weight; NaN for NaN
     */
    double at(double logProbability);

    /** Every token weighs 1. */
    record Unweighted() implements TokenWeight {
        @Override
        public double at(double logProbability) {
            return 1.0;
        }
    }

    /**
     * TR-GRPO's weight in one of its readings; with L = 0 and U = 2, form B is also the sigmoid weight in the code of arXiv 2505.12929.
     *
     * @param form which reading, A to E
     * @param alpha α
     * @param tau τ
     * @param mu μ
     * @param lower L
     * @param upper U
     */
    record ClippedSigmoid(WeightForm form, double alpha, double tau, double mu, double lower, double upper)
            implements TokenWeight {
        public ClippedSigmoid {
            if (!form.isReconstructed()) {
                throw new IllegalArgumentException("a clipped sigmoid needs a form");
            }
        }

        @Override
        public double at(double logProbability) {
            return Math.max(lower, Math.min(upper, unclipped(logProbability)));
        }

        /**
         * The weight before it is clipped to [L, U].
         *
         * @param logProbability the logarithm of the token's probability
         * @return the raw weight
         */
        public double unclipped(double logProbability) {
            double p = Math.exp(logProbability);
            return switch (form) {
                case LITERAL -> alpha * (logistic(p / tau) - mu);
                case CENTRED_SLOPE -> alpha * logistic(tau * (p - mu));
                case OUTER_SLOPE -> alpha * (logistic(tau * p) - mu);
                case CENTRED_DIVISOR -> alpha * logistic((p - mu) / tau);
                case LOG_PROBABILITY -> alpha * (logistic(logProbability / tau) - mu);
                case NONE, LINEAR -> throw new IllegalStateException("a clipped sigmoid without a form");
            };
        }

        private static double logistic(double x) {
            return 1 / (1 + Math.exp(-x));
        }
    }

    /**
     * clip(α p + (1 − α)). arXiv 2505.12929.
     *
     * @param alpha α
     * @param lower L
     * @param upper U
     */
    record Linear(double alpha, double lower, double upper) implements TokenWeight {
        @Override
        public double at(double logProbability) {
            return Math.max(lower, Math.min(upper, alpha * Math.exp(logProbability) + (1 - alpha)));
        }
    }

    /**
     * L + U − w: the mirror of w within its bounds, so that improbable tokens get more. An ablation; the formula is ours, the paper's is not known to
     * us.
     *
     * @param mirrored w
     */
    record Reversed(ClippedSigmoid mirrored) implements TokenWeight {
        @Override
        public double at(double logProbability) {
            return mirrored.lower() + mirrored.upper() - mirrored.at(logProbability);
        }
    }
}
