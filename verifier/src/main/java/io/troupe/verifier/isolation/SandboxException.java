package io.troupe.verifier.isolation;

import java.io.Serial;

/** A sandbox can't be had here, or broke. Says what is missing; never the fault of the command that was to run in it. */
public final class SandboxException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * What is missing.
     *
     * @param message what, and what to do
     */
    public SandboxException(String message) {
        super(message);
    }
}
