package io.troupe.learner.objective;

import java.util.function.DoubleBinaryOperator;

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
        @Override
        public double at(TokenBatch batch, int token) {
            double p = Math.exp(batch.current(token));
            double mu = Math.exp(batch.behaviour(token));
            return term(mu, p) + term(1 - mu, 1 - p);
        }
    }

    /** ½ (Σ |p − μ| + |rest of p − rest of μ|), the sum over the tokens that were the most likely. */
    record TopKTotalVariation() implements Divergence {
        @Override
        public double at(TokenBatch batch, int token) {
            return overTopK(batch, token, (mu, p) -> Math.abs(p - mu)) / 2;
        }
    }

    /** Σ μ log(μ/p) over the tokens that were the most likely and one for the rest, with 1e-8 added within the logarithms. */
    record TopKKullbackLeibler() implements Divergence {
        @Override
        public double at(TokenBatch batch, int token) {
            return overTopK(batch, token, Divergence::term);
        }
    }

    private static double overTopK(TokenBatch batch, int token, DoubleBinaryOperator term) {
        double[] before = batch.likeliestBefore(token);
        double[] now = batch.likeliestNow(token);
        double sum = 0;
        double restBefore = 1;
        double restNow = 1;
        for (int k = 0; k < before.length; k++) {
            double mu = Math.exp(before[k]);
            double p = Math.exp(now[k]);
            sum += term.applyAsDouble(mu, p);
            restBefore -= mu;
            restNow -= p;
        }
        return sum + term.applyAsDouble(Math.max(0, restBefore), Math.max(0, restNow));
    }

    private static double term(double mu, double p) {
        double guard = 1e-8;
        return mu * (Math.log(Math.max(0, mu) + guard) - Math.log(Math.max(0, p) + guard));
    }
}
