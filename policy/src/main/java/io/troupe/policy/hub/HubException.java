package io.troupe.policy.hub;

import java.io.Serial;

/** A policy could not be fetched from a hub. The message says what failed and what a user can do. */
public final class HubException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /** With what failed. */
    public HubException(String message) {
        super(message);
    }

    /** With what failed, and the exception. */
    public HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
