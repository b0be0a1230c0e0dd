package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** Rows that differ in what a group's rewards come to, and TR-GRPO. */
final class GroupRows {

    /** clip(α σ(τ (p − μ)), L, U) · min(u Â, clip(u) Â). TR-GRPO, arXiv 2511.00066; reconstructed. */
    static final ObjectiveRow TR_GRPO = new ObjectiveRow(
            new ObjectiveCard(
                    "tr-grpo",
                    "TR-GRPO",
                    "Token-Regulated GRPO, later Sharpness-Guided GRPO, arXiv 2511.00066",
                    """
                    w = clip(α σ(τ (p − μ)), L, U), a constant to the derivative
                    J = mean over tokens of b · w · min(u Â, clip(u, 1 − ε_l, 1 + ε_h) Â)""",
                    "Certain: a weight that rises with the token's own probability, made of a sigmoid and clipped to [L, U]. Reconstructed: the sigmoid's"
                            + " argument (form B), the placement outside the clip, whose probability, the clip radii, the aggregation. The constants α, τ, μ, L,"
                            + " U come from a third party. No result number of the paper is known to us.",
                    "Other readings: `weight.form` A (`literal`) to E (`log-probability`); `weight.placement = inside`, the text of the first version;"
                            + " `regulariser.kl-form = weighted-k3`. Form F (`raw-logit`) is refused: rollouts record no raw logits. See objective.md."),
            changes("weight.form", "centred-slope", "trust-region.clip-high", 0.24));

    /** min(u Â, clip(u) Â), Â = (R − mean)/(std + δ). GRPO, arXiv 2402.03300; certain. */
    static final ObjectiveRow GRPO = new ObjectiveRow(
            new ObjectiveCard(
                    "grpo",
                    "GRPO",
                    "DeepSeekMath, arXiv 2402.03300",
                    """
                    Â = (R − mean) / (std + δ) over the group
                    J = mean over tokens of b · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    "Certain: advantage and clip. The paper does not name the divisor of the variance; n − 1 is verl's.",
                    "The paper averages over the tokens of a trajectory first (`aggregation.kind = sequence-mean-token-mean`) and has a KL penalty (k3); here"
                            + " the mean is over the batch's tokens and β is 0. b corrects for stale tokens; the paper has no such weight."),
            changes());

    /** GRPO with Â = R − mean and a constant divisor. Dr. GRPO, arXiv 2503.20783; certain. */
    static final ObjectiveRow DR_GRPO = new ObjectiveRow(
            new ObjectiveCard(
                    "dr-grpo",
                    "Dr. GRPO",
                    "Understanding R1-Zero-Like Training, arXiv 2503.20783",
                    """
                    Â = R − mean over the group
                    J = 1/(N · L_max) Σ over tokens of b · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    "Certain.",
                    "L_max is `aggregation.constant-length`: set it to `rollout.max-trajectory-tokens`."),
            changes(
                    "advantage.estimator", "dr-grpo",
                    // the longest length possible: the default of rollout.max-trajectory-tokens
                    "aggregation.kind", "constant-length",
                    "aggregation.constant-length", 384));

    /** GRPO with ε_l = 0.2, ε_h = 0.28, a penalty for length, and no groups of equal rewards. DAPO, arXiv 2503.14476; certain. */
    static final ObjectiveRow DAPO = new ObjectiveRow(
            new ObjectiveCard(
                    "dapo",
                    "DAPO",
                    "DAPO, arXiv 2503.14476",
                    """
                    R' = R − min(1, max(0, len − (L_max − L_cache)) / L_cache)
                    Â = (R' − mean) / (std + δ); groups of equal R are replaced by others
                    J = mean over tokens of b · min(u Â, clip(u, 1 − 0.2, 1 + 0.28) Â)""",
                    "Certain: all four parts. The bound of 10 rounds is that of verl's recipe. L_max and L_cache are ours, scaled down from the paper's 20480"
                            + " and 4096 to the default length of a trajectory.",
                    "len counts the tokens that the policy sampled. Where an episode is one turn, set `advantage.overlong-length` to"
                            + " `rollout.max-turn-tokens`. Discarded groups are in the ledger as `no-signal`; reward and success of a step are of the"
                            + " groups that were kept."),
            changes(
                    "trust-region.clip-high", 0.28,
                    "advantage.overlong-length", 384,
                    "advantage.overlong-cache", 76,
                    "dynamic-sampling.rounds", 10));

    /** r Â with Â = R − mean of the others. RLOO, arXiv 2402.14740; high. */
    static final ObjectiveRow RLOO = new ObjectiveRow(
            new ObjectiveCard(
                    "rloo",
                    "RLOO",
                    "Back to Basics, arXiv 2402.14740",
                    """
                    Â = R − mean of the group's other rewards
                    J = 1/N Σ over tokens of b · u Â""",
                    "High: the estimator. The paper samples from the policy that it updates; u and b are ours, both 1 there.",
                    "No trust region."),
            changes(
                    "advantage.estimator", "leave-one-out",
                    "trust-region.kind", "none",
                    "aggregation.kind", "sequence-mean-token-sum"));

    /** GRPO with Φ Â, Φ = λ exp(−sgn(Â) sgn(p̂ − C) |p̂ − C|). HA-DW, arXiv 2601.08521; formula certain. */
    static final ObjectiveRow HA_DW = new ObjectiveRow(
            new ObjectiveCard(
                    "ha-dw",
                    "HA-DW",
                    "HA-DW, arXiv 2601.08521",
                    """
                    C_t = (1 − η_t) C_{t−1} + η_t y_t, η_t = η · std of the last m beliefs, y_t the batch's accuracy
                    Φ = λ exp(−sgn(Â) · (p̂ − C)), p̂ the group's accuracy, C from before the batch
                    J = GRPO's with Φ Â in place of Â""",
                    "Certain: the formulas and λ = 1.3. Unknown: η, m and the first belief; 5, 10 and the first batch's accuracy are ours, as is that the first"
                            + " m beliefs are means of the accuracies so far. η_t is at most 1.",
                    "`advantage.belief = hard` is the mean of the last m accuracies. It goes with gspo and dapo too. The belief is a part of the checkpoint."),
            changes("advantage.belief", "soft"));

    /** GRPO on answers that improve on the best of four drafts. iGRPO, arXiv 2602.09000; high. */
    static final ObjectiveRow IGRPO = new ObjectiveRow(
            new ObjectiveCard(
                    "igrpo",
                    "iGRPO",
                    "iGRPO, arXiv 2602.09000",
                    """
                    1. N drafts d_1..d_N from π_behav(· | q), judged by the same verifier; d̂ = the one of the greatest reward
                    2. q' = q ⊕ d̂; G trajectories from π_behav(· | q')
                    J = GRPO's over the tokens of the second stage, given q'""",
                    "High: the two stages, no gradient through the first, GRPO's clipped objective with an optional k3 penalty on the second. Unknown: how the draft"
                            + " is put into the prompt, and which of several best drafts is taken; the words in `drafts.prompt` and the first are ours.",
                    "N is `drafts.count`, G `rollout.group-size`; the paper compares at equal budgets, N + G = 8, so set the latter to 4. A draft of several turns is put in"
                            + " whole: what the policy said and what the environment answered. Drafts are in the trajectory log and count as sampled tokens, but"
                            + " not for staleness, as they are not trained; their share of right ones is the metric `draft-success`. The held-out evaluation has no drafts."),
            changes("drafts.count", 4));

    private GroupRows() {}
}
