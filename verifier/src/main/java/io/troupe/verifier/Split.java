package io.troupe.verifier;

/** Which side of a family's task space a task comes from: decided by its content, see {@link ContentSplit}. */
public enum Split {
    /** Tasks that a policy may be trained on: three quarters of the contents. */
    TRAIN,
    /** Held-out tasks, never trained on: one quarter of the contents. */
    EVALUATION
}
