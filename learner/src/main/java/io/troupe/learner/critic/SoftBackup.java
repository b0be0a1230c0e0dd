package io.troupe.learner.critic;

/**
 * What the critic learns to say of the tokens of a trajectory: the soft Bellman backup of ETPO (arXiv 2402.06700) token by token, with λ-returns (ours; λ = 0 is the
 * paper's). With V_t the soft value of the state in which token t was sampled, E_{w~π} Q̄(w) − β KL(π‖ρ), and D_t that divergence, the targets are
 *
 * <pre>
 *   last token:            y_t = R
 *   last token of a turn:  y_t = γ · n_{t+1}
 *   any other token:       y_t = n_{t+1}
 *   n_t = (1 − λ) V_t + λ (y_t − β D_t)
 * </pre>
 *
 * n_t is an estimate of V_t: what was sampled stands in it for the expectation. Rewards come at the end of an episode alone. Immutable, safe for any thread.
 */
final class SoftBackup {

    private final CriticSettings settings;

    SoftBackup(CriticSettings settings) {
        this.settings = settings;
    }

    /**
     * The targets of a trajectory's tokens.
     *
     * @param values {@code [tokens]} V_t under the target critic
     * @param divergences {@code [tokens]} KL(π‖ρ) in nats
     * @param turnEnds {@code [tokens]} whether a token is the last of its turn
     * @param reward R
     * @return {@code [tokens]}
     */
    double[] targets(double[] values, double[] divergences, boolean[] turnEnds, double reward) {
        var targets = new double[values.length];
        double next = reward;
        for (int t = values.length - 1; t >= 0; t--) {
            boolean discounted = turnEnds[t] && t < values.length - 1;
            targets[t] = discounted ? settings.discount() * next : next;
            next = (1 - settings.trace()) * values[t]
                    + settings.trace() * (targets[t] - settings.beta() * divergences[t]);
        }
        return targets;
    }
}
