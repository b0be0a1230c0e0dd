package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** Rows that choose among answers instead of comparing them. */
final class RejectionRows {

    private static final String PAPER = "A Minimalist Approach to LLM Reasoning, arXiv 2504.11343";

    /** max(R, 0) log π_θ. RAFT, arXiv 2504.11343; certain. */
    static final ObjectiveRow RAFT = new ObjectiveRow(
            new ObjectiveCard(
                    "raft",
                    "RAFT",
                    PAPER,
                    """
                    J = mean over tokens of max(R, 0) log π_θ""",
                    "Certain, from the authors' code. Its KL penalty of 0.001 is left out.",
                    "Supervised learning on good answers: no ratio and no clip. Groups that are right throughout count."),
            changes(
                    "advantage.estimator", "positive-reward",
                    "trust-region.kind", "likelihood",
                    "off-policy.kind", "none"));

    /** max(R, 0) with ratio and clip. RAFT++, arXiv 2504.11343; certain. */
    static final ObjectiveRow RAFT_PLUS_PLUS = new ObjectiveRow(
            new ObjectiveCard(
                    "raft-plus-plus",
                    "RAFT++",
                    PAPER,
                    """
                    J = mean over tokens of b · min(u Â, clip(u, 1 − 0.2, 1 + 0.2) Â),  Â = max(R, 0)""",
                    "Certain, from the authors' code, where the dual clip of 3 has no effect on advantages that are never negative. Its KL penalty of 0.001 is"
                            + " left out, b is ours.",
                    ""),
            changes("advantage.estimator", "positive-reward", "trust-region.dual-clip", 3.0));

    /** R with ratio and clip, without groups of equal rewards. Reinforce-Rej, arXiv 2504.11343; certain. */
    static final ObjectiveRow REINFORCE_REJ = new ObjectiveRow(
            new ObjectiveCard(
                    "reinforce-rej",
                    "Reinforce-Rej",
                    PAPER,
                    """
                    Â = R, or 0 if the group's rewards are all equal
                    J = mean over tokens of b · min(u Â, clip(u, 1 − 0.2, 1 + 0.2) Â), with the dual clip 3""",
                    "Certain, from the authors' code. Its KL penalty of 0.001 is left out, b is ours.",
                    "There is no baseline: with rewards of 0 and 1 only good answers count."),
            changes("advantage.estimator", "mixed-reward", "trust-region.dual-clip", 3.0));

    private RejectionRows() {}
}
