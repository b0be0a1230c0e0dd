package io.troupe.learner.objective;

import java.util.Arrays;

/** The off-policy correction: which policy the ratio is taken to, and how much a token counts that an older policy sampled. */
sealed interface StalenessCorrection {

    static StalenessCorrection of(OffPolicy settings) {
        if (settings.kind() == OffPolicy.Kind.NONE) {
            return new Uncorrected();
        }
        Double cap = settings.cap();
        Double floor = settings.floor();
        var bounds = new Bounds(
                floor == null ? 0 : floor,
                cap == null ? Double.POSITIVE_INFINITY : cap,
                settings.beyond() == OffPolicy.Beyond.MASK);
        return settings.level() == OffPolicy.Level.TOKEN ? new ByToken(bounds) : new BySequence(bounds);
    }

    /** The log-probability that the ratio's denominator has. */
    double anchor(TokenBatch batch, int token);

    /** The detached weights b of the tokens of a trajectory. */
    double[] weights(TokenBatch batch, int trajectory);

    /** The bounds of the weights. */
    Bounds bounds();

    /**
     * The bounds of b.
     *
     * @param floor what is below is masked; 0 for none
     * @param cap what is above is cut or masked; infinity for none
     * @param masking whether weights beyond the bounds become 0
     */
    record Bounds(double floor, double cap, boolean masking) {

        static final Bounds NONE = new Bounds(0, Double.POSITIVE_INFINITY, false);

        double within(double weight) {
            if (!masking) {
                return Math.min(cap, weight);
            }
            return weight > cap || weight < floor ? 0 : weight;
        }

        boolean hasCut(double weight) {
            return !masking && weight >= cap;
        }

        boolean hasMasked(double weight) {
            return masking && weight == 0;
        }
    }

    /** π_θ/π_behav, weight 1. */
    record Uncorrected() implements StalenessCorrection {
        @Override
        public double anchor(TokenBatch batch, int token) {
            return batch.behaviour(token);
        }

        @Override
        public double[] weights(TokenBatch batch, int trajectory) {
            var weights = new double[batch.end(trajectory) - batch.start(trajectory)];
            Arrays.fill(weights, 1.0);
            return weights;
        }

        @Override
        public Bounds bounds() {
            return Bounds.NONE;
        }
    }

    /** π_θ/π_prox with the weight π_prox/π_behav of each token. arXiv 2505.24298; the cap is truncated importance sampling. */
    record ByToken(Bounds bounds) implements StalenessCorrection {
        @Override
        public double anchor(TokenBatch batch, int token) {
            return batch.proximal(token);
        }

        @Override
        public double[] weights(TokenBatch batch, int trajectory) {
            int start = batch.start(trajectory);
            var weights = new double[batch.end(trajectory) - start];
            for (int t = 0; t < weights.length; t++) {
                weights[t] =
                        bounds.within(Math.exp(LogRatio.clamp(batch.proximal(start + t) - batch.behaviour(start + t))));
            }
            return weights;
        }
    }

    /** π_θ/π_prox with the weight Π π_prox/π_behav over all tokens of the trajectory, for each of them. */
    record BySequence(Bounds bounds) implements StalenessCorrection {
        @Override
        public double anchor(TokenBatch batch, int token) {
            return batch.proximal(token);
        }

        @Override
        public double[] weights(TokenBatch batch, int trajectory) {
            int start = batch.start(trajectory);
            double sum = 0;
            for (int t = start; t < batch.end(trajectory); t++) {
                sum += batch.proximal(t) - batch.behaviour(t);
            }
            var weights = new double[batch.end(trajectory) - start];
            Arrays.fill(weights, bounds.within(Math.exp(LogRatio.clamp(sum))));
            return weights;
        }
    }
}
