package io.troupe.actors.cli;

/** A verb that cannot go on. The message is all that the user sees: what is wrong, and what to do. */
final class VerbException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    VerbException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    VerbException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
