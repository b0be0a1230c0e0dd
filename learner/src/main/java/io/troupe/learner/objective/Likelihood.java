package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;

import java.util.Objects;

/**
 * What stands for the likelihood of what the policy said. Immutable.
 *
 * @param kind whether it is known token by token, or estimated for a trajectory as a whole
 * @param draws how often a window is masked at random for an estimate, at least 1
 * @param coupled whether each draw is followed by one that masks exactly the other places, which makes estimates vary less and cost twice as much
 */
public record Likelihood(Kind kind, int draws, boolean coupled) {

    /** What stands for it. */
    public enum Kind {
        /** The probabilities of the tokens, each given those before it. */
        TOKENS,
        /** The evidence lower bound of a masked diffusion policy; ESPO, arXiv 2512.03759. */
        EVIDENCE_BOUND
    }

    /** The probabilities of tokens. */
    static final Likelihood OF_TOKENS = new Likelihood(Kind.TOKENS, 2, true);

    public Likelihood {
        Objects.requireNonNull(kind, "kind");
        require(draws >= 1, "likelihood.draws", draws, "must be >= 1");
    }

    /** Whether it is an evidence lower bound. */
    public boolean isBound() {
        return kind == Kind.EVIDENCE_BOUND;
    }
}
