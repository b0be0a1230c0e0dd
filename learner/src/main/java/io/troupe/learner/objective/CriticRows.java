package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;

/** Rows that have a critic. */
final class CriticRows {

    /** E_{w~π}[β (log π − log ρ) − Q]. ETPO, arXiv 2402.06700; certain from the authors' code but for the policy's loss. */
    static final ObjectiveRow ETPO = new ObjectiveRow(
            new ObjectiveCard(
                    "etpo",
                    "ETPO",
                    "Entropy-Regularized Token-Level Policy Optimization, arXiv 2402.06700",
                    """
                    V(s) = E_{w~π}[Q̄(s, w)] − β KL(π(· | s) ‖ ρ(· | s)), ρ the policy that the run started from
                    critic: Huber loss between Q(s_t, w_t) and V(s_{t+1}) within a turn, γ V(s_{t+1}) from a turn to the next, R at the end
                    Q̄ ← 0.995 Q̄ + 0.005 Q at every step of the critic
                    J = mean over tokens of E_{w~π}[Q(s_t, w)] − β KL(π(· | s_t) ‖ ρ(· | s_t))""",
                    "Certain, from the authors' code: the backup token by token with no discount within a turn, one value for every token of the vocabulary, the target"
                            + " critic's average, Huber's δ = 10 on the tokens taken, β = 0.01, γ = 0.99. Reconstructed: the policy's loss. The code averages β log π − Q"
                            + " over the vocabulary without weighing by π, and has the expectation commented out; the expectation is what this is. Ours: the critic is"
                            + " linear in the hidden states of the policy that the run started from (theirs is a language model of its own) with a row that all tokens"
                            + " share; Adam; λ-returns; the numbers of steps and the learning rate; that several steps have the same targets.",
                    "`critic.trace` is λ: 0 is the paper's backup, which carries a reward back by one token a batch and so wants very many batches; the row has 0.95."
                            + " There is no group in it, no advantage, no ratio and no trust region; `rollout.group-size` is how many trajectories of a task a batch has."
                            + " The critic, its target and its optimiser are a part of the checkpoint. The shares of the gradient by decile are those of sampled tokens and"
                            + " therefore 0 here."),
            changes(
                    "trust-region.kind", "soft-value",
                    "critic.kind", "token",
                    "critic.trace", 0.95,
                    "off-policy.kind", "none",
                    "regulariser.reference", "initial"));

    private CriticRows() {}
}
