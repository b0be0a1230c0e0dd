package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a ratio may move the loss. A setting that the kind does not look at keeps its value and does nothing. Immutable.
 *
 * @param kind which region
 * @param level whose ratio: a token's own, or one for all tokens of a trajectory
 * @param clipLow ε_l in [0, 1]
 * @param clipHigh ε_h, at least 0
 * @param dualClip c, greater than 1, or null for no such bound. {@link Kind#CLIP}: where the advantage is negative, the loss is at most −c·Â.
 *     {@link Kind#FLIPPED_CLIP}: no token weighs more than c.
 * @param divergenceLow δ_low of the divergences, greater than 0
 * @param divergenceHigh δ_high of the divergences, greater than 0
 * @param ratioCap the divergences' bound on the ratio, greater than 0, or null for none
 * @param topK over how many of the most likely tokens {@link Kind#DIVERGENCE_TOP_K_TV} and its sibling go, at least 1
 */
public record TrustRegion(
        Kind kind,
        Level level,
        double clipLow,
        double clipHigh,
        @Nullable Double dualClip,
        double divergenceLow,
        double divergenceHigh,
        @Nullable Double ratioCap,
        int topK) {

    /** The trust regions, with r the ratio, sg a constant to the derivative, p = π_θ and μ the probability under the policy that sampled. */
    public enum Kind {
        /** min(r Â, clip(r, 1 − ε_l, 1 + ε_h) Â); arXiv 2402.03300. */
        CLIP,
        /** r Â. */
        NONE,
        /** sg[clip(r, 1 − ε_l, 1 + ε_h)] Â log π_θ: no gradient is ever zeroed. CISPO, arXiv 2506.13585. */
        CLIPPED_WEIGHT,
        /** The clip's mask, but tokens of good answers weigh 1/r; beyond c, c Â log π_θ. ASPO, arXiv 2510.06062. */
        FLIPPED_CLIP,
        /** sg[min(r, cap)] Â log π_θ, without the tokens that have moved away by |p − μ| > δ. DPPO, arXiv 2602.04879. */
        DIVERGENCE_TV,
        /** The same with the Kullback-Leibler divergence of "this token or another". */
        DIVERGENCE_KL,
        /** {@link #DIVERGENCE_TV} over the most likely tokens and one for the rest, instead of the token and the rest. */
        DIVERGENCE_TOP_K_TV,
        /** {@link #DIVERGENCE_KL} over the most likely tokens and one for the rest. */
        DIVERGENCE_TOP_K_KL,
        /** Â log π_θ, without a ratio. RAFT, arXiv 2504.11343. */
        LIKELIHOOD,
        /** E_{w~π}[Q(w)] − β KL(π‖ρ): neither advantage nor ratio. ETPO, arXiv 2402.06700. */
        SOFT_VALUE;

        boolean measuresDivergence() {
            return this == DIVERGENCE_TV || this == DIVERGENCE_KL || comparesDistributions();
        }

        /** Whether more must be known of the policy that sampled than what it gave the sampled token. */
        public boolean comparesDistributions() {
            return this == DIVERGENCE_TOP_K_TV || this == DIVERGENCE_TOP_K_KL;
        }
    }

    /** Whose ratio. */
    public enum Level {
        /** Each token's own. */
        TOKEN,
        /** The geometric mean over the tokens of the trajectory, for each of them; arXiv 2507.18071. */
        SEQUENCE
    }

    public TrustRegion {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(level, "level");
        require(clipLow >= 0 && clipLow <= 1, "trust-region.clip-low", clipLow, "must be in [0, 1]");
        require(
                clipHigh >= 0 && Double.isFinite(clipHigh),
                "trust-region.clip-high",
                clipHigh,
                "must be a number >= 0");
        requirePositive("trust-region.divergence-low", divergenceLow);
        requirePositive("trust-region.divergence-high", divergenceHigh);
        require(topK >= 1, "trust-region.top-k", topK, "must be >= 1");
        if (dualClip != null) {
            require(
                    dualClip > 1 && Double.isFinite(dualClip),
                    "trust-region.dual-clip",
                    dualClip,
                    "must be a number > 1, or null for none");
            require(
                    kind == Kind.CLIP || kind == Kind.FLIPPED_CLIP,
                    "trust-region.dual-clip",
                    dualClip,
                    "is a part of clip and flipped-clip, but trust-region.kind = " + SettingKeys.word(kind)
                            + "; set it to null");
        }
        if (ratioCap != null) {
            requirePositive("trust-region.ratio-cap", ratioCap);
            require(
                    kind.measuresDivergence(),
                    "trust-region.ratio-cap",
                    ratioCap,
                    "is a part of the divergences, but trust-region.kind = " + SettingKeys.word(kind)
                            + "; set it to null");
        }
        if (level == Level.SEQUENCE) {
            require(
                    kind == Kind.CLIP || kind == Kind.NONE || kind == Kind.CLIPPED_WEIGHT,
                    "trust-region.level",
                    "sequence",
                    reasonAgainstSequence(kind));
        }
    }

    /** A region around each token's own ratio, without a divergence. */
    TrustRegion(Kind kind, double clipLow, double clipHigh, @Nullable Double dualClip) {
        this(kind, Level.TOKEN, clipLow, clipHigh, dualClip, 0.15, 0.15, null, 20);
    }

    private static String reasonAgainstSequence(Kind kind) {
        String name = "trust-region.kind = " + SettingKeys.word(kind);
        return switch (kind) {
            case LIKELIHOOD, SOFT_VALUE -> "there is no ratio: " + name + "; use token";
            case FLIPPED_CLIP ->
                name + " turns the ratio of each token round, a trajectory's has no such reading; use token";
            default -> name + " measures how far one token has moved; use token";
        };
    }

    private static void requirePositive(String key, double value) {
        require(value > 0 && Double.isFinite(value), key, value, "must be a number > 0");
    }
}
