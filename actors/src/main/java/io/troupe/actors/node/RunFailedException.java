package io.troupe.actors.node;

import org.jspecify.annotations.Nullable;

/**
 * A run could not start or could not go on. The message is meant for a person: it names the folder, port or number and says what
 * to do. What was saved stays; {@code --resume} goes on from the last checkpoint.
 */
public final class RunFailedException extends Exception {

    private final Kind kind;

    /** @param cause what lies below, or null */
    public RunFailedException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What kind of failure, and the exit code of a process that ends with it. 3 is left for a run that was interrupted and can be resumed. */
    public enum Kind {
        /** Something failed within the run. */
        FAILED(1),
        /** What the run was given cannot be used: a policy, a run folder, a task family. */
        INPUT(2),
        /** The port is taken by another process. */
        PORT_IN_USE(4),
        /** The run folder belongs to a process that still runs. */
        FOLDER_IN_USE(5),
        /** Updates were not finite, three in a row. */
        DIVERGED(6),
        /** Another process has taken the run over; it goes on there. */
        TAKEN_OVER(7);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }
}
