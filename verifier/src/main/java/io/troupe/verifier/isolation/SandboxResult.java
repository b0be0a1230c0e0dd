package io.troupe.verifier.isolation;

import java.time.Duration;

/**
 * What became of a sandboxed command.
 *
 * @param end how it ended
 * @param exitCode its exit code; 128 and the signal's number if it was killed
 * @param out the beginning of its standard output
 * @param err the beginning of its standard error
 * @param wallTime how long it took
 */
public record SandboxResult(End end, int exitCode, String out, String err, Duration wallTime) {

    /** How a command ended. */
    public enum End {
        /** By itself, well or not. */
        EXITED,
        /** It was stopped because it took too long. */
        WALL_TIME,
        /** It was stopped because it used too much CPU time. */
        CPU_TIME,
        /** It was stopped because it wrote too much. */
        OUTPUT,
        /** The system killed it. */
        KILLED
    }
}
