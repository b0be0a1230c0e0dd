package io.troupe.verifier;

import org.jspecify.annotations.Nullable;

/** A task family is unknown, named twice, or could not be loaded: the user corrects the name or the plug-in. */
public final class TaskFamilyException extends RuntimeException {

    /**
     * What is wrong with a family.
     *
     * @param message what is wrong and what to do
     * @param cause what the loader said, if it spoke
     */
    public TaskFamilyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
