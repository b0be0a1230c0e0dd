package io.troupe.learner.objective;

/** How far the policy has moved at the position of a token from the one that sampled it. arXiv 2602.04879. */
sealed interface Divergence {

    /** At a token of a batch; a divergence that needs more of the distribution than the token's own probability finds it there. */
    double at(TokenBatch batch, int token);

    /** |p − μ|: the total variation of "this token or another". */
    record BinaryTotalVariation() implements Divergence {
        @Override
        public double at(TokenBatch batch, int token) {
            return Math.abs(Math.exp(batch.current(token)) - Math.exp(batch.behaviour(token)));
        }
    }

    /** μ log(μ/p) + (1 − μ) log((1 − μ)/(1 − p)), with 1e-8 added within the logarithms. */
    record BinaryKullbackLeibler() implements Divergence {
        private static final double GUARD = 1e-8;

        @Override
        public double at(TokenBatch batch, int token) {
            double p = Math.exp(batch.current(token));
            double mu = Math.exp(batch.behaviour(token));
            return mu * logRatio(mu, p) + (1 - mu) * logRatio(1 - mu, 1 - p);
        }

        private static double logRatio(double above, double below) {
            return Math.log(Math.max(0, above) + GUARD) - Math.log(Math.max(0, below) + GUARD);
        }
    }
}
