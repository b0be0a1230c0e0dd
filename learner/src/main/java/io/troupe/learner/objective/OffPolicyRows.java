package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** GRPO with the corrections for stale tokens. In all of them b = π_prox/π_behav is a constant to the derivative. */
final class OffPolicyRows {

    private static final String BANDS =
            "Certain: weights beyond a band become 0. Bands such as 0.5 to 2 and 0.5 to 5 are on record; which goes with which name is our choice.";

    /** b · min(u Â, clip(u) Â), b unbounded. AReaL, arXiv 2505.24298; certain. */
    static final ObjectiveRow AREAL = new ObjectiveRow(
            new ObjectiveCard(
                    "areal",
                    "AReaL (decoupled)",
                    "AReaL, arXiv 2505.24298",
                    """
                    u = π_θ/π_prox, b = π_prox/π_behav, π_prox the policy right before the batch's first update
                    J = mean over tokens of b · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    "Certain.",
                    "The row `grpo` is this with b cut at 2."),
            changes("off-policy.cap", null));

    /** min(b, C) · min(u Â, clip(u) Â). Truncated importance sampling; certain. */
    static final ObjectiveRow TIS = new ObjectiveRow(
            new ObjectiveCard(
                    "tis",
                    "TIS (token)",
                    "Truncated importance sampling, as in verl and TRL",
                    """
                    J = mean over tokens of min(b, C) · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    "Certain: formula and C = 2, the value of their examples.",
                    "The same choices as `grpo`, under the name by which they are compared with the other corrections."),
            changes("off-policy.cap", 2.0));

    /** min(Π b, C) · min(u Â, clip(u) Â). Truncated importance sampling; certain. */
    static final ObjectiveRow TIS_SEQUENCE = new ObjectiveRow(
            new ObjectiveCard(
                    "tis-sequence",
                    "TIS (sequence)",
                    "Truncated importance sampling, as in verl and TRL",
                    """
                    J = mean over tokens of min(Π over the trajectory's tokens of b, C) · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    "Certain: formula and C = 2.",
                    "Unbiased but for the cap, and of great variance on long trajectories."),
            changes("off-policy.level", "sequence", "off-policy.cap", 2.0));

    /** b within a band, else 0, by token. IcePop; certain. */
    static final ObjectiveRow ICEPOP = new ObjectiveRow(
            new ObjectiveCard(
                    "icepop",
                    "IcePop",
                    "Masked importance sampling by token, as in verl and TRL",
                    """
                    b' = b if 0.5 ≤ b ≤ 5, else 0
                    J = mean over tokens of b' · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    BANDS,
                    "The mean counts the masked tokens too. Their share is the metric `off_policy_masked`."),
            changes("off-policy.beyond", "mask", "off-policy.cap", 5.0, "off-policy.floor", 0.5));

    /** Π b within a band, else 0, by trajectory. Masked importance sampling; certain. */
    static final ObjectiveRow MIS = new ObjectiveRow(
            new ObjectiveCard(
                    "mis",
                    "MIS (sequence)",
                    "Masked importance sampling by trajectory, as in verl and TRL",
                    """
                    B = Π over the trajectory's tokens of b;  B' = B if 0.5 ≤ B ≤ 2, else 0
                    J = mean over tokens of B' · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    BANDS,
                    "Long stale trajectories are soon masked whole."),
            changes(
                    "off-policy.level",
                    "sequence",
                    "off-policy.beyond",
                    "mask",
                    "off-policy.cap",
                    2.0,
                    "off-policy.floor",
                    0.5));

    private OffPolicyRows() {}
}
