package io.troupe.learner.objective;

import org.jspecify.annotations.Nullable;

/** The trust region: from a token's ratio and advantage to what is to be maximised, and its derivative. */
sealed interface PolicySurrogate {

    static PolicySurrogate of(TrustRegion settings) {
        double low = 1 - settings.clipLow();
        double high = 1 + settings.clipHigh();
        double dual = orInfinity(settings.dualClip());
        return switch (settings.kind()) {
            case NONE -> new Unclipped();
            case CLIP -> new Clipped(low, high, dual);
            case CLIPPED_WEIGHT -> new ClippedWeight(low, high);
            case FLIPPED_CLIP -> new FlippedClip(low, high, dual);
            case DIVERGENCE_TV -> withinDivergence(settings, new Divergence.BinaryTotalVariation());
            case DIVERGENCE_KL -> withinDivergence(settings, new Divergence.BinaryKullbackLeibler());
            case DIVERGENCE_TOP_K_TV -> withinDivergence(settings, new Divergence.TopKTotalVariation());
            case DIVERGENCE_TOP_K_KL -> withinDivergence(settings, new Divergence.TopKKullbackLeibler());
            case LIKELIHOOD -> new Likelihood();
            case SOFT_VALUE -> new SoftValue();
        };
    }

    private static PolicySurrogate withinDivergence(TrustRegion settings, Divergence divergence) {
        return new WithinDivergence(
                divergence, settings.divergenceLow(), settings.divergenceHigh(), orInfinity(settings.ratioCap()));
    }

    private static double orInfinity(@Nullable Double bound) {
        return bound == null ? Double.POSITIVE_INFINITY : bound;
    }

    /**
     * The surrogate at a token.
     *
     * @param ratio to the anchor, times the token weight if that is placed inside
     * @param advantage Â
     * @param batch where more is known of the token
     * @param token its place
     */
    Value at(double ratio, double advantage, TokenBatch batch, int token);

    /** Which bound took hold. */
    enum Bound {
        NONE,
        /** No gradient: a positive advantage has moved it far enough. */
        HIGH,
        /** No gradient: a negative advantage has moved it far enough. */
        LOW,
        /** No gradient: the dual clip. */
        DUAL,
        /** The token weighs less than its ratio says, but has a gradient. */
        CAPPED
    }

    /**
     * The surrogate at a token.
     *
     * @param surrogate to be maximised
     * @param slope its derivative with respect to log π_θ
     * @param bound the bound that took hold
     * @param throughRatio whether that derivative goes through the ratio, and ends where the ratio's logarithm is clamped
     */
    record Value(double surrogate, double slope, Bound bound, boolean throughRatio) {

        static Value ofRatio(double surrogate, double slope, Bound bound) {
            return new Value(surrogate, slope, bound, true);
        }

        /** coefficient · log π_θ, the coefficient a constant to the derivative. */
        static Value ofLikelihood(double coefficient, double logProbability, Bound bound) {
            return new Value(coefficient * logProbability, coefficient, bound, false);
        }
    }

    /** r Â. */
    record Unclipped() implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            double surrogate = ratio * advantage;
            return Value.ofRatio(surrogate, surrogate, Bound.NONE);
        }
    }

    /**
     * min(r Â, clip(r, low, high) Â), and at least dual · Â where Â < 0. Where two arms are equal, the one with the gradient counts.
     *
     * @param low 1 − ε_l
     * @param high 1 + ε_h
     * @param dual c, or infinity
     */
    record Clipped(double low, double high, double dual) implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            double free = ratio * advantage;
            if (advantage > 0 && ratio > high) {
                return Value.ofRatio(high * advantage, 0, Bound.HIGH);
            }
            if (advantage < 0 && ratio < low) {
                return Value.ofRatio(low * advantage, 0, Bound.LOW);
            }
            if (advantage < 0 && ratio > dual) {
                return Value.ofRatio(dual * advantage, 0, Bound.DUAL);
            }
            return Value.ofRatio(free, free, Bound.NONE);
        }
    }

    /**
     * sg[clip(r, low, high)] Â log π_θ.
     *
     * @param low 1 − ε_l
     * @param high 1 + ε_h
     */
    record ClippedWeight(double low, double high) implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            double weight = Math.max(low, Math.min(high, ratio));
            Bound bound = weight == ratio ? Bound.NONE : Bound.CAPPED;
            return Value.ofLikelihood(weight * advantage, batch.current(token), bound);
        }
    }

    /**
     * The clip's mask; then π_old π_θ / sg[π_θ²] Â where Â > 0, whose value is Â/r, and r Â where Â < 0; and c Â log π_θ where the factor of Â would pass c.
     *
     * @param low 1 − ε_l
     * @param high 1 + ε_h
     * @param cap c, or infinity
     */
    record FlippedClip(double low, double high, double cap) implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            if (advantage > 0 && ratio > high) {
                return Value.ofRatio(0, 0, Bound.HIGH);
            }
            if (advantage < 0 && ratio < low) {
                return Value.ofRatio(0, 0, Bound.LOW);
            }
            double weight = advantage > 0 ? 1 / ratio : ratio;
            if (weight > cap) {
                return Value.ofLikelihood(cap * advantage, batch.current(token), Bound.CAPPED);
            }
            return Value.ofRatio(weight * advantage, weight * advantage, Bound.NONE);
        }
    }

    /**
     * sg[min(r, cap)] Â log π_θ, and 0 for a token that has moved the way its advantage pushes it, and too far.
     *
     * @param divergence from the policy that sampled the token
     * @param low its bound for Â < 0
     * @param high its bound for Â > 0
     * @param cap of the ratio, or infinity
     */
    record WithinDivergence(Divergence divergence, double low, double high, double cap) implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            double moved = divergence.at(batch, token);
            boolean up = batch.current(token) > batch.behaviour(token);
            boolean down = batch.current(token) < batch.behaviour(token);
            if (advantage > 0 && moved > high && up) {
                return Value.ofLikelihood(0, 0, Bound.HIGH);
            }
            if (advantage < 0 && moved > low && down) {
                return Value.ofLikelihood(0, 0, Bound.LOW);
            }
            double weight = Math.min(ratio, cap);
            return Value.ofLikelihood(
                    weight * advantage, batch.current(token), ratio > cap ? Bound.CAPPED : Bound.NONE);
        }
    }

    /** What the state is worth, whatever token was sampled in it: its derivative is not through the token's log-probability. */
    record SoftValue() implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            return new Value(batch.softValue(token), 0, Bound.NONE, false);
        }
    }

    /** Â log π_θ. */
    record Likelihood() implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage, TokenBatch batch, int token) {
            return Value.ofLikelihood(advantage, batch.current(token), Bound.NONE);
        }
    }
}
