package io.troupe.rollout.remote;

import org.jspecify.annotations.Nullable;

/** Servers that a run cannot sample from; the message says why and what to change. Trying again does not help. */
public final class UnfitServerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnfitServerException(String message) {
        this(message, null);
    }

    UnfitServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
