package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** Rows for policies of which only a bound on the likelihood is known. */
final class BoundRows {

    /** min(s Â, clip(s) Â), s from evidence lower bounds. ESPO, arXiv 2512.03759; certain from the authors' code. */
    static final ObjectiveRow ESPO = new ObjectiveRow(
            new ObjectiveCard(
                    "espo",
                    "ESPO",
                    "ESPO, arXiv 2512.03759, for masked diffusion policies",
                    """
                    L(o) = mean over draws, k of 0..n, M any k of the n places, of ((n + 1)/k) Σ over M of log π_θ(o_i | o without M)
                    s = exp((L_θ(o) − L_old(o)) / n), the same M for θ, old and reference
                    Â = R − mean of the group's other rewards
                    J = mean over trajectories of min(s Â, clip(s, 1 − 0.2, 1 + 0.2) Â) − β · (L_θ(o) − L_ref(o))² / (2 n)""",
                    "Certain, from the authors' code: the estimate with 2 draws, each beside the one that masks the other places, whose mean counts; n is the whole"
                            + " window, with the ends of turn that fill it; new masks in each epoch; the ratio; the penalty with β = 0.001; the estimator (the paper's"
                            + " summary has R − mean). Ours: each trajectory has masks of its own (theirs spread k over a batch); a trajectory of several turns has the"
                            + " sum over its turns; what follows the first end of turn is read as ends of turn, whatever was sampled there.",
                    "Needs a masked diffusion policy, see diffusion.md, and a reference policy, which takes the memory of a second one. Every pass looks at"
                            + " 2 · `likelihood.draws` copies of a trajectory, without the prompt shared. old is the policy right before the update: how likely"
                            + " a trajectory was to the policy that sampled it nobody can say, so that at `train.staleness` above 0 nothing corrects for that. With one"
                            + " optimiser step a batch s is 1: use `train.epochs` (the paper's 8)."),
            changes(
                    "likelihood.kind", "evidence-bound",
                    "advantage.estimator", "leave-one-out",
                    "trust-region.level", "sequence",
                    "off-policy.kind", "none",
                    "aggregation.kind", "sequence-mean-token-mean",
                    "regulariser.kl-coefficient", 1e-3,
                    "regulariser.kl-form", "sequence-k2",
                    "regulariser.reference", "initial"));

    private BoundRows() {}
}
