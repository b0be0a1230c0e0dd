package io.troupe.learner.critic;

import java.util.Objects;

/**
 * The critic of an objective. Immutable. What cannot be is refused where an objective is put together.
 *
 * @param kind whether there is one
 * @param beta β ≥ 0: the weight of the divergence from the reference policy, in the values and in the policy's loss
 * @param discount γ in (0, 1] from the end of a turn to the beginning of the next; within a turn there is none
 * @param trace λ in [0, 1]: how far a target looks ahead along what was sampled; 0 takes one step, the paper's backup, 1 looks to the end
 * @param retention how much of itself the target critic keeps at every step, in [0, 1): Polyak's average
 * @param huber δ > 0 beyond which an error counts linearly
 * @param learningRate of Adam, constant, > 0
 * @param steps how many steps the critic makes on each batch before the policy is updated, at least 1
 */
public record CriticSettings(
        Kind kind,
        double beta,
        double discount,
        double trace,
        double retention,
        double huber,
        double learningRate,
        int steps) {

    /** Whether there is a critic. */
    public enum Kind {
        /** There is none. */
        NONE,
        /** A value for every token of the vocabulary; ETPO, arXiv 2402.06700. */
        TOKEN
    }

    /** There is none. */
    public static final CriticSettings NONE = new CriticSettings(Kind.NONE, 0.01, 0.99, 0, 0.995, 10, 1e-3, 4);

    public CriticSettings {
        Objects.requireNonNull(kind, "kind");
    }

    /** Whether there is one. */
    public boolean isGiven() {
        return kind != Kind.NONE;
    }
}
