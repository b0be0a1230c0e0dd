package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.TrustRegion;
import io.troupe.learner.objective.ObjectiveSettings.TrustRegionKind;

/** The trust region: from a token's ratio and advantage to what is to be maximised, and its derivative. */
sealed interface PolicySurrogate {

    static PolicySurrogate of(TrustRegion settings) {
        if (settings.kind() == TrustRegionKind.NONE) {
            return new Unclipped();
        }
        Double dualClip = settings.dualClip();
        return new Clipped(
                1 - settings.clipLow(),
                1 + settings.clipHigh(),
                dualClip == null ? Double.POSITIVE_INFINITY : dualClip);
    }

    Value at(double ratio, double advantage);

    /** Which bound took hold. */
    enum Bound {
        NONE,
        HIGH,
        LOW,
        DUAL
    }

    /**
     * The surrogate at a token.
     *
     * @param surrogate to be maximised
     * @param slope its derivative with respect to the logarithm of the ratio
     * @param bound the bound that took hold, in which case the slope is 0
     */
    record Value(double surrogate, double slope, Bound bound) {}

    /** r Â. */
    record Unclipped() implements PolicySurrogate {
        @Override
        public Value at(double ratio, double advantage) {
            double surrogate = ratio * advantage;
            return new Value(surrogate, surrogate, Bound.NONE);
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
        public Value at(double ratio, double advantage) {
            double free = ratio * advantage;
            if (advantage > 0 && ratio > high) {
                return new Value(high * advantage, 0, Bound.HIGH);
            }
            if (advantage < 0 && ratio < low) {
                return new Value(low * advantage, 0, Bound.LOW);
            }
            if (advantage < 0 && ratio > dual) {
                return new Value(dual * advantage, 0, Bound.DUAL);
            }
            return new Value(free, free, Bound.NONE);
        }
    }
}
