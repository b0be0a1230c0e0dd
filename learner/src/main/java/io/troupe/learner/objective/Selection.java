package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which of the sampled tokens have a loss, and in which of the passes over a batch. Tokens without one have no penalty and no bonus either, but the
 * aggregation counts them. Immutable.
 *
 * @param kind which choice
 * @param threshold {@link Kind#TWO_PASSES}: η, in (0, 1); a token is improbable if π_behav is below it
 * @param first {@link Kind#TWO_PASSES}: who goes first
 * @param head {@link Kind#SAMPLED}: so many first tokens of a trajectory always count, at least 0
 * @param probability {@link Kind#SAMPLED}: the probability of each further token, in [0, 1]
 * @param limit {@link Kind#SAMPLED}: the most tokens of a trajectory, at least 1; null for no bound
 */
public record Selection(
        Kind kind,
        double threshold,
        First first,
        int head,
        double probability,
        @Nullable Integer limit) {

    /** All tokens in one pass. */
    static final Selection ALL = new Selection(Kind.ALL, 0.5, First.IMPROBABLE, 0, 0.5, null);

    /** The choices. */
    public enum Kind {
        /** Every token. */
        ALL,
        /** Improbable tokens in one pass over the batch, the others in a second, with optimiser steps of their own. Lopti, arXiv 2505.12929. */
        TWO_PASSES,
        /** The first tokens of a trajectory, and of the others a random choice. S-GRPO, arXiv 2504.20834. */
        SAMPLED,
        /** Tokens whose advantage is not 0. */
        WITH_ADVANTAGE
    }

    /** The order of two passes. */
    public enum First {
        /** Improbable tokens first. */
        IMPROBABLE,
        /** Probable tokens first: the paper's ablation, which it reports to collapse. */
        PROBABLE
    }

    public Selection {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(first, "first");
        require(threshold > 0 && threshold < 1, "selection.threshold", threshold, "must be in (0, 1)");
        require(head >= 0, "selection.head", head, "must be >= 0");
        require(probability >= 0 && probability <= 1, "selection.probability", probability, "must be in [0, 1]");
        require(
                limit == null || limit >= 1,
                "selection.limit",
                limit,
                "must be a number of tokens >= 1, or null for none");
        if (kind == Kind.SAMPLED) {
            require(
                    head > 0 || probability > 0,
                    "selection.probability",
                    probability,
                    "would select no token at all beside selection.head = 0");
        }
    }

    /**
     * How many passes over a batch make one epoch.
     *
     * @return 1 or 2
     */
    public int passes() {
        return kind == Kind.TWO_PASSES ? 2 : 1;
    }
}
