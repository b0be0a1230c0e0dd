package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.OffPolicy;
import io.troupe.learner.objective.ObjectiveSettings.OffPolicyKind;

/** The off-policy correction: which policy the ratio is taken to, and how much a token counts that an older policy sampled. */
sealed interface StalenessCorrection {

    static StalenessCorrection of(OffPolicy settings) {
        if (settings.kind() == OffPolicyKind.NONE) {
            return new Uncorrected();
        }
        Double cap = settings.cap();
        return new Decoupled(cap == null ? Double.POSITIVE_INFINITY : cap);
    }

    /** The log-probability that the ratio's denominator has. */
    double anchor(TokenBatch batch, int token);

    /** The detached weight of the token. */
    double weight(TokenBatch batch, int token);

    /** The bound of the weight. */
    double cap();

    /** π_θ/π_behav, weight 1. */
    record Uncorrected() implements StalenessCorrection {
        @Override
        public double anchor(TokenBatch batch, int token) {
            return batch.behaviour(token);
        }

        @Override
        public double weight(TokenBatch batch, int token) {
            return 1.0;
        }

        @Override
        public double cap() {
            return Double.POSITIVE_INFINITY;
        }
    }

    /**
     * π_θ/π_prox with the weight min(π_prox/π_behav, cap). arXiv 2505.24298; the cap is truncated importance sampling.
     *
     * @param cap C, or infinity
     */
    record Decoupled(double cap) implements StalenessCorrection {
        @Override
        public double anchor(TokenBatch batch, int token) {
            return batch.proximal(token);
        }

        @Override
        public double weight(TokenBatch batch, int token) {
            return Math.min(cap, Math.exp(LogRatio.clamp(batch.proximal(token) - batch.behaviour(token))));
        }
    }
}
