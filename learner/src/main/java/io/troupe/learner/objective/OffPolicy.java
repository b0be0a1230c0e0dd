package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done about tokens that an older policy, or another implementation of the same one, sampled. Immutable.
 *
 * @param kind decoupled or none
 * @param level whether b is a token's own or one for the whole trajectory
 * @param beyond what happens to a b beyond the bounds
 * @param cap C, the upper bound of b: greater than 0; null for no bound
 * @param floor the lower bound of b, for {@link Beyond#MASK} alone: greater than 0 and at most the cap; null for no bound
 */
public record OffPolicy(
        Kind kind,
        Level level,
        Beyond beyond,
        @Nullable Double cap,
        @Nullable Double floor) {

    /** The corrections for stale tokens. */
    public enum Kind {
        /** u = π_θ/π_prox is in the trust region, and b = π_prox/π_behav weighs the token; arXiv 2505.24298. */
        DECOUPLED,
        /** π_θ/π_behav is in the trust region and nothing else is weighed. */
        NONE
    }

    /** Whose b. */
    public enum Level {
        /** Each token's own ratio: biased, of little variance. */
        TOKEN,
        /** The product of the ratios of all tokens of the trajectory: unbiased, of great variance. */
        SEQUENCE
    }

    /** What happens to a b beyond its bounds. */
    public enum Beyond {
        /** It is cut to the cap: truncated importance sampling. */
        TRUNCATE,
        /** It becomes 0: the token, or the trajectory, is left out, and the aggregation still counts it. */
        MASK
    }

    public OffPolicy {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(beyond, "beyond");
        if (cap != null) {
            require(cap > 0 && Double.isFinite(cap), "off-policy.cap", cap, "must be a number > 0, or null for none");
            require(
                    kind == Kind.DECOUPLED,
                    "off-policy.cap",
                    cap,
                    "bounds the off-policy weight, but off-policy.kind = none has no such weight; set it to null");
        }
        if (floor != null) {
            require(
                    floor > 0 && Double.isFinite(floor) && (cap == null || floor <= cap),
                    "off-policy.floor",
                    floor,
                    "must be a number > 0 and <= off-policy.cap = " + cap + ", or null for none");
            require(
                    beyond == Beyond.MASK,
                    "off-policy.floor",
                    floor,
                    "is for off-policy.beyond = mask: a token that the policy has become unlikely to write must not be weighed up; set it to null");
        }
        if (kind == Kind.NONE) {
            require(
                    level == Level.TOKEN,
                    "off-policy.level",
                    "sequence",
                    "there is no off-policy weight: off-policy.kind = none");
            require(
                    beyond == Beyond.TRUNCATE,
                    "off-policy.beyond",
                    "mask",
                    "there is no off-policy weight: off-policy.kind = none");
        } else {
            require(
                    beyond == Beyond.TRUNCATE || cap != null || floor != null,
                    "off-policy.beyond",
                    "mask",
                    "needs a bound; set off-policy.cap or off-policy.floor");
        }
    }

    /** Weights of single tokens, cut to the cap. */
    OffPolicy(Kind kind, @Nullable Double cap) {
        this(kind, Level.TOKEN, Beyond.TRUNCATE, cap, null);
    }
}
