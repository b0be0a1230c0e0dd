package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** Rows that differ in the ratio and its trust region. */
final class RatioRows {

    private static final String TOP_K_CERTAINTY =
            "Certain: formula, advantage and aggregation. The bounds and c are those of the binary divergences; k is not known to us, 20 is ours.";
    private static final String TOP_K_NOTES =
            "Rollouts record the probability of the sampled token alone. The learner recomputes the distribution of the policy that sampled, which it has only"
                    + " while nothing is stale: other values of `train.staleness` than 0 are refused. Each optimiser step takes another pass forward. With one"
                    + " optimiser step a batch D is 0 and nothing is masked: use `train.mini-batches` or `train.epochs`. k is `trust-region.top-k`.";

    /** min(s Â, clip(s) Â), s the geometric mean of the trajectory's ratios. GSPO, arXiv 2507.18071; certain. */
    static final ObjectiveRow GSPO = new ObjectiveRow(
            new ObjectiveCard(
                    "gspo",
                    "GSPO",
                    "Group Sequence Policy Optimization, arXiv 2507.18071",
                    """
                    s = exp(mean over the trajectory's tokens of log u)
                    J = mean over trajectories of min(s Â, clip(s, 1 − 3e-4, 1 + 4e-4) Â)""",
                    "Certain. With token weights its token form, s · π_θ/sg[π_θ], is used.",
                    "b is a weight of single tokens; the paper has none. With one optimiser step a batch s is 1 and nothing is clipped: use"
                            + " `train.mini-batches` (the paper's 4)."),
            changes(
                    "trust-region.level",
                    "sequence",
                    "trust-region.clip-low",
                    3e-4,
                    "trust-region.clip-high",
                    4e-4,
                    "aggregation.kind",
                    "sequence-mean-token-mean"));

    /** ESPO's sequence ratio and k2 penalty, with log-likelihoods in place of its bounds on them. arXiv 2512.03759. */
    static final ObjectiveRow ESPO_SEQUENCE = new ObjectiveRow(
            new ObjectiveCard(
                    "espo-sequence",
                    "ESPO's sequence ratio",
                    "ESPO, arXiv 2512.03759, for autoregressive policies",
                    """
                    s = exp((log π_θ(o) − log π_old(o)) / |o|)
                    Â = R − mean of the group's other rewards
                    J = mean over trajectories of min(s Â, clip(s, 1 − 0.2, 1 + 0.2) Â) − β · (log π_θ(o) − log π_ref(o))² / (2 |o|)""",
                    "Certain for diffusion policies, where evidence lower bounds stand in place of log π(o): ratio, penalty, β = 0.001, and the estimator of the"
                            + " authors' code (the paper's summary has R − mean). That an autoregressive policy puts its log-likelihood there is ours.",
                    "Needs a reference policy, which takes the memory of a second one."),
            changes(
                    "advantage.estimator", "leave-one-out",
                    "trust-region.level", "sequence",
                    "aggregation.kind", "sequence-mean-token-mean",
                    "regulariser.kl-coefficient", 1e-3,
                    "regulariser.kl-form", "sequence-k2",
                    "regulariser.reference", "initial"));

    /** sg[clip(r, 1 − ε_l, 1 + ε_h)] Â log π_θ. CISPO, arXiv 2506.13585; certain. */
    static final ObjectiveRow CISPO = new ObjectiveRow(
            new ObjectiveCard(
                    "cispo",
                    "CISPO",
                    "MiniMax-M1, arXiv 2506.13585",
                    """
                    J = mean over tokens of sg[clip(r, 1 − ε_l, 1 + ε_h)] Â log π_θ, r = π_θ/π_behav""",
                    "Certain: the formula, and that in effect only the upper bound is used (ε_l = 1). The paper's ε_h is not known to us; 5 is what notes on"
                            + " ScaleRL say.",
                    "No gradient is ever zeroed. The ratio is to the policy that sampled, so that no further weight is needed."),
            changes(
                    "trust-region.kind",
                    "clipped-weight",
                    "trust-region.clip-low",
                    1.0,
                    "trust-region.clip-high",
                    5.0,
                    "off-policy.kind",
                    "none"));

    /** The clip's mask with 1/r for tokens of good answers, at most c. ASPO, arXiv 2510.06062; certain. */
    static final ObjectiveRow ASPO = new ObjectiveRow(
            new ObjectiveCard(
                    "aspo",
                    "ASPO",
                    "ASPO, arXiv 2510.06062",
                    """
                    a token is masked if Â > 0 and u > 1 + ε_h, or Â < 0 and u < 1 − ε_l
                    Â > 0: π_old π_θ / sg[π_θ²] · Â, which weighs 1/u;  Â < 0: u Â
                    where that weight is above c: c · Â log π_θ
                    J = mean over tokens of b times this""",
                    "Certain: the formula and c = 3. The authors' code gives ε = 0.2 to tokens of low entropy and 0.4 to the fifth with the highest; here all have"
                            + " 0.2. Its KL penalty of 0.001 is left out.",
                    "c is `trust-region.dual-clip`."),
            changes("trust-region.kind", "flipped-clip", "trust-region.dual-clip", 3.0));

    /** sg[min(r, c)] Â log π_θ, masked where |π_θ − π_behav| > δ. DPPO, arXiv 2602.04879; certain. */
    static final ObjectiveRow DPPO_TV = new ObjectiveRow(
            new ObjectiveCard(
                    "dppo-tv",
                    "DPPO (binary TV)",
                    "DPPO, arXiv 2602.04879",
                    """
                    D = |π_θ − π_behav|, r = π_θ/π_behav
                    M = 0 if D > δ and π_θ has moved the way Â pushes it, else 1
                    J = 1/(N · L_max) Σ over tokens of M · sg[min(r, c)] Â log π_θ,  Â = R − mean""",
                    "Certain: formula, δ = 0.15, advantage and aggregation. c is 10 to 20 in the authors' code and 10000 in their example; 20 here.",
                    "L_max is `aggregation.constant-length`."),
            changes(
                    "advantage.estimator", "dr-grpo",
                    "trust-region.kind", "divergence-tv",
                    "trust-region.ratio-cap", 20.0,
                    "off-policy.kind", "none",
                    "aggregation.kind", "constant-length",
                    "aggregation.constant-length", 384));

    /** The same with the Kullback-Leibler divergence of "this token or another". DPPO, arXiv 2602.04879; certain. */
    static final ObjectiveRow DPPO_KL = new ObjectiveRow(
            new ObjectiveCard(
                    "dppo-kl",
                    "DPPO (binary KL)",
                    "DPPO, arXiv 2602.04879",
                    """
                    D = μ log(μ/p) + (1 − μ) log((1 − μ)/(1 − p)), μ = π_behav, p = π_θ, r = p/μ
                    M = 0 if D > δ and π_θ has moved the way Â pushes it, else 1
                    J = 1/(N · L_max) Σ over tokens of M · sg[min(r, c)] Â log π_θ,  Â = R − mean""",
                    "Certain: formula, δ = 0.05, advantage and aggregation. c as in dppo-tv.",
                    "See dppo-tv."),
            changes(
                    "advantage.estimator",
                    "dr-grpo",
                    "trust-region.kind",
                    "divergence-kl",
                    "trust-region.divergence-low",
                    0.05,
                    "trust-region.divergence-high",
                    0.05,
                    "trust-region.ratio-cap",
                    20.0,
                    "off-policy.kind",
                    "none",
                    "aggregation.kind",
                    "constant-length",
                    "aggregation.constant-length",
                    384));

    /** dppo-tv with the total variation over the k most likely tokens and the rest. DPPO, arXiv 2602.04879; certain. */
    static final ObjectiveRow DPPO_TOP_K_TV = new ObjectiveRow(
            new ObjectiveCard(
                    "dppo-top-k-tv", "DPPO (top-K TV)", "DPPO, arXiv 2602.04879", """
                    D = ½ (Σ |π_θ(v) − π_behav(v)| + |rest of π_θ − rest of π_behav|), v the k most likely tokens under π_behav
                    M and J as in dppo-tv with this D""", TOP_K_CERTAINTY, TOP_K_NOTES),
            changes(
                    "advantage.estimator", "dr-grpo",
                    "trust-region.kind", "divergence-top-k-tv",
                    "trust-region.ratio-cap", 20.0,
                    "off-policy.kind", "none",
                    "aggregation.kind", "constant-length",
                    "aggregation.constant-length", 384));

    /** dppo-kl with the divergence over the k most likely tokens and the rest. DPPO, arXiv 2602.04879; certain. */
    static final ObjectiveRow DPPO_TOP_K_KL = new ObjectiveRow(
            new ObjectiveCard(
                    "dppo-top-k-kl", "DPPO (top-K KL)", "DPPO, arXiv 2602.04879", """
                    D = Σ μ(v) log(μ(v)/π_θ(v)) + the same of the rest, μ = π_behav, v its k most likely tokens
                    M and J as in dppo-kl with this D""", TOP_K_CERTAINTY, TOP_K_NOTES),
            changes(
                    "advantage.estimator",
                    "dr-grpo",
                    "trust-region.kind",
                    "divergence-top-k-kl",
                    "trust-region.divergence-low",
                    0.05,
                    "trust-region.divergence-high",
                    0.05,
                    "trust-region.ratio-cap",
                    20.0,
                    "off-policy.kind",
                    "none",
                    "aggregation.kind",
                    "constant-length",
                    "aggregation.constant-length",
                    384));

    private RatioRows() {}
}
