package io.troupe.verifier.isolation;

import java.io.Serial;

/**
 * An isolated environment failed: it ran into one of its limits, ended its process, or threw. The message names the family, the limit and its value.
 * Never a reward. What can be tried again on another process is said by {@link Kind#ofTheEpisode()}.
 */
public final class EnvironmentFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /** What stopped it. */
    public enum Kind {
        /** A call took longer than it may. */
        WALL_TIME,
        /** An episode, or a process between its calls, used more CPU time than it may. */
        CPU_TIME,
        /** The process needed more memory than it may. */
        MEMORY,
        /** An answer, or what was written to the standard streams, is larger than it may be. */
        OUTPUT,
        /** The process started more processes or threads than it may. */
        PROCESSES,
        /** The process ended by itself. */
        EXITED,
        /** The process said something that is no answer. */
        PROTOCOL,
        /** The process was stopped because of another session in it. */
        NEIGHBOUR,
        /** The process could not be started, or did not become ready. */
        START,
        /** The environment threw an exception; its process goes on. */
        THREW;

        /** Whether the episode itself is to blame; else playing it again elsewhere is likely to go well. */
        public boolean ofTheEpisode() {
            return this != NEIGHBOUR && this != START;
        }
    }

    private final Kind kind;

    /**
     * A failure.
     *
     * @param kind what stopped it
     * @param family the family's id, or another name for what failed
     * @param what the limit and its value, in a sentence
     */
    public EnvironmentFailure(Kind kind, String family, String what) {
        super(family + ": " + kind + ": " + what);
        this.kind = kind;
    }

    /** The same failure, thrown on another thread. */
    EnvironmentFailure(EnvironmentFailure elsewhere) {
        super(elsewhere.getMessage(), elsewhere);
        this.kind = elsewhere.kind;
    }

    /** What stopped it. */
    public Kind kind() {
        return kind;
    }
}
