package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** Rows that differ in how much a token counts, or whether it does. */
final class TokenRows {

    private static final String AR_LOPTI_PAPER =
            "Do Not Let Low-Probability Tokens Over-Dominate in RL for LLMs, arXiv 2505.12929";
    private static final String AR_LOPTI_SETUP =
            " Clip radii 0.2 and 0.24 and the dual clip of 10 are those of the authors' scripts for knights and knaves, which also have a KL penalty of 0.001;"
                    + " here β is 0.";

    /** (α π_behav + 1 − α) · min(u Â, clip(u) Â). AR, arXiv 2505.12929; certain. */
    static final ObjectiveRow ADVANTAGE_REWEIGHTING = new ObjectiveRow(
            new ObjectiveCard(
                    "advantage-reweighting",
                    "Advantage Reweighting",
                    AR_LOPTI_PAPER,
                    """
                    w = α π_behav + (1 − α)
                    J = mean over tokens of b · w · min(u Â, clip(u, 1 − ε_l, 1 + ε_h) Â)""",
                    "Certain: formula and α = 0.3, the paper's for knights and knaves (0.1 for mathematics; the authors' script for AR alone has 0.2)."
                            + AR_LOPTI_SETUP,
                    "The probability is that of the policy that sampled, so the weight is the same in every epoch."),
            changes(
                    "weight.form", "linear",
                    "weight.alpha", 0.3,
                    "weight.lower", 0.0,
                    "weight.upper", 1.0,
                    "weight.probability", "behaviour",
                    "trust-region.clip-high", 0.24,
                    "trust-region.dual-clip", 10.0));

    /** 2 σ(k (π_behav − τ)) · min(u Â, clip(u) Â). In the code of arXiv 2505.12929; certain. */
    static final ObjectiveRow ADVANTAGE_REWEIGHTING_SIGMOID = new ObjectiveRow(
            new ObjectiveCard(
                    "advantage-reweighting-sigmoid",
                    "Advantage Reweighting by a sigmoid",
                    AR_LOPTI_PAPER + " (its code)",
                    """
                    w = 2 σ(k (π_behav − τ)), k = 5, τ = 0.4
                    J = mean over tokens of b · w · min(u Â, clip(u, 1 − ε_l, 1 + ε_h) Â)""",
                    "Certain: a variant in the authors' code with these defaults; not in the paper." + AR_LOPTI_SETUP,
                    "k is `weight.tau` and τ `weight.mu`: it is the shape of TR-GRPO's form B without its bounds. `weight.side = negative` is their variant"
                            + " for negative advantages alone."),
            changes(
                    "weight.form", "centred-slope",
                    "weight.tau", 5.0,
                    "weight.mu", 0.4,
                    "weight.lower", 0.0,
                    "weight.upper", 2.0,
                    "weight.probability", "behaviour",
                    "trust-region.clip-high", 0.24,
                    "trust-region.dual-clip", 10.0));

    /** GRPO in two passes: tokens with π_behav < η, then the rest. Lopti, arXiv 2505.12929; certain. */
    static final ObjectiveRow LOPTI = new ObjectiveRow(
            new ObjectiveCard(
                    "lopti",
                    "Lopti",
                    AR_LOPTI_PAPER,
                    """
                    pass 1: GRPO's J over tokens with π_behav < η
                    pass 2: GRPO's J over the other tokens
                    both divided by the number of all tokens; each with optimiser steps of its own""",
                    "Certain: formula, order and η = 0.5 (the authors' script for Lopti alone has 0.4)."
                            + AR_LOPTI_SETUP,
                    "An update takes about twice as long. `selection.first = probable` is the reverse order, which the paper reports to collapse. The ratio is"
                            + " to the policy before the first pass."),
            changes(
                    "selection.kind", "two-passes",
                    "selection.threshold", 0.5,
                    "trust-region.clip-high", 0.24,
                    "trust-region.dual-clip", 10.0));

    /** Advantage Reweighting in Lopti's two passes. arXiv 2505.12929; certain. */
    static final ObjectiveRow AR_LOPTI = new ObjectiveRow(
            new ObjectiveCard(
                    "ar-lopti",
                    "AR + Lopti",
                    AR_LOPTI_PAPER,
                    """
                    w = α π_behav + (1 − α)
                    pass 1: b · w · min(u Â, clip(u) Â) over tokens with π_behav < η
                    pass 2: the same over the other tokens""",
                    "Certain: both parts with α = 0.3 and η = 0.5." + AR_LOPTI_SETUP,
                    "See advantage-reweighting and lopti."),
            changes(
                    "weight.form", "linear",
                    "weight.alpha", 0.3,
                    "weight.lower", 0.0,
                    "weight.upper", 1.0,
                    "weight.probability", "behaviour",
                    "selection.kind", "two-passes",
                    "selection.threshold", 0.5,
                    "trust-region.clip-high", 0.24,
                    "trust-region.dual-clip", 10.0));

    /** GRPO over the first tokens of a trajectory and a random choice of the others. S-GRPO, arXiv 2504.20834; medium. */
    static final ObjectiveRow S_GRPO = new ObjectiveRow(
            new ObjectiveCard(
                    "s-grpo",
                    "S-GRPO",
                    "Token-Efficient RL for LLM Reasoning, arXiv 2504.20834",
                    """
                    selected: the first α tokens of a trajectory; of the others each with probability P; k at most
                    J = 1/(all tokens) Σ over selected tokens of b · min(u Â, clip(u, 1 − ε, 1 + ε) Â)""",
                    "Medium: the choice of tokens, from a third party's code with P from 0.3 to 0.5. The paper's α, P and k are unknown; 8, 0.4 and 100 are"
                            + " ours, and so is that the divisor counts all tokens.",
                    "The choice is drawn from the run's seed, the update, the group and the trajectory: the same run makes the same choices. `selection.head`,"
                            + " `selection.probability`, `selection.limit`."),
            changes(
                    "selection.kind",
                    "sampled",
                    "selection.head",
                    8,
                    "selection.probability",
                    0.4,
                    "selection.limit",
                    100));

    /** By token, mean R through prefix and token − mean R through the prefix. T-SPMO, arXiv 2504.20834; reconstructed. */
    static final ObjectiveRow T_SPMO = new ObjectiveRow(
            new ObjectiveCard(
                    "t-spmo",
                    "T-SPMO",
                    "Token-Efficient RL for LLM Reasoning, arXiv 2504.20834",
                    """
                    Â(prefix, token) = mean R of trajectories through both − mean R of those through the prefix
                    J = 1/(all tokens) Σ over tokens where the group parts, each (prefix, token) once, of b · u Â""",
                    "Reconstructed from a description in words: the advantage over a prefix tree of the group. Unknown: normalisation, ratio and clip; here there"
                            + " is no clip.",
                    "Few tokens have a gradient: those at which the trajectories of a group part."),
            changes(
                    "advantage.estimator", "prefix-tree",
                    "selection.kind", "with-advantage",
                    "trust-region.kind", "none"));

    /** GRPO with η Â, η = 2 |0.5 − p|, for tokens of wrong answers with gᵀ M⁺ h > τ. NTHR, arXiv 2505.18830; certain. */
    static final ObjectiveRow NTHR = new ObjectiveRow(
            new ObjectiveCard(
                    "nthr",
                    "NTHR",
                    "Negative Token Hidden Reward, arXiv 2505.18830",
                    """
                    g = onehot(o_t) − π_old(· | prefix), over the tokens that occur in the group;  h the last hidden state
                    M⁺ = Σ over tokens of the group's right answers of g hᵀ;  s = gᵀ M⁺ h;  τ = β · least mean s of a right answer
                    in groups with right and wrong answers: Â of a wrong answer's token with s > τ becomes η Â, η = 2 |0.5 − p|, p the share of right ones
                    J = GRPO's with these advantages""",
                    "Certain: the formulas, β = 1, and the deviation with divisor G. Ours: π_old is the policy right before the batch's first update at the"
                            + " temperature of sampling; its probabilities are not normalised anew over the group's tokens; h is taken after the last norm;"
                            + " only advantages below 0 are changed, should a reward be no plain right or wrong.",
                    "Takes another pass over the groups that have right and wrong answers. `advantage.hidden-reward-threshold` is β."),
            changes("advantage.deviation", "population", "advantage.hidden-reward", "negative"));

    /** GRPO with 1[|THR| > τ] (1 + p sgn(THR)) Â. THR, arXiv 2510.03669; reconstructed. */
    static final ObjectiveRow THR = new ObjectiveRow(
            new ObjectiveCard(
                    "thr",
                    "THR",
                    "Token Hidden Reward, arXiv 2510.03669",
                    """
                    s, τ as in nthr;  THR = s for a token of a right answer, −s for one of a wrong answer
                    Â becomes Â · (1 + p sgn(THR)) where |THR| > τ, else 0, in groups with right and wrong answers
                    J = GRPO's with these advantages""",
                    "Reconstructed from descriptions: each token has a signed influence on the likelihood of the right answers, small ones are dropped by NTHR's"
                            + " threshold, p > 0 favours exploitation and p < 0 exploration. Unknown: the exact score, and p; 0.1 is ours.",
                    "p is `advantage.hidden-reward-preference`. See nthr."),
            changes("advantage.deviation", "population", "advantage.hidden-reward", "signed"));

    private TokenRows() {}
}
