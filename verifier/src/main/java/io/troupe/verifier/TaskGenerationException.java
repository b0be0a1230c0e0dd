package io.troupe.verifier;

/** A family found no task within its bound on tries: the level asks for what its task space hardly holds. */
public final class TaskGenerationException extends RuntimeException {

    /**
     * A failed draw.
     *
     * @param message which family, split and bound
     */
    public TaskGenerationException(String message) {
        super(message);
    }
}
