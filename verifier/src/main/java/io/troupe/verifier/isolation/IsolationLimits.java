package io.troupe.verifier.isolation;

import java.time.Duration;

/**
 * What the processes of untrusted environments may use.
 *
 * @param heap bytes of Java heap of a process; everything that it and its own children hold in memory may be half as much again and {@value #OVERHEAD}
 *     bytes more
 * @param stepTime the longest that one call may take
 * @param cpuTime the most CPU time that an episode may use in its calls, and a process outside of all calls, its children's counted
 * @param output the most bytes of one answer, and of what is written to the standard error during one call
 * @param sessionsPerProcess how many sessions share a process, and its fate
 * @param processes how many processes are kept for sessions; more are started when these are full, and one more waits to replace one that was stopped
 * @param subprocesses how many processes of its own an environment's process may have at a time
 */
public record IsolationLimits(
        long heap,
        Duration stepTime,
        Duration cpuTime,
        int output,
        int sessionsPerProcess,
        int processes,
        int subprocesses) {

    /** 512 MiB, 5 s a call, 60 s of CPU time, 1 MiB of output, 16 sessions a process, 2 processes, 16 children each. */
    public static final IsolationLimits DEFAULT =
            new IsolationLimits(512L << 20, Duration.ofSeconds(5), Duration.ofSeconds(60), 1 << 20, 16, 2, 16);

    static final long OVERHEAD = 256L << 20;
    static final int THREADS = 512;

    private static final long LEAST_HEAP = 16L << 20;
    private static final int LEAST_OUTPUT = 1024;

    public IsolationLimits {
        require(heap >= LEAST_HEAP, "heap", heap, "at least 16 MiB");
        require(stepTime.toMillis() > 0, "stepTime", stepTime, "more than 0");
        require(cpuTime.toMillis() > 0, "cpuTime", cpuTime, "more than 0");
        require(output >= LEAST_OUTPUT, "output", output, "at least 1024 bytes");
        require(sessionsPerProcess >= 1, "sessionsPerProcess", sessionsPerProcess, "at least 1");
        require(processes >= 1, "processes", processes, "at least 1");
        require(subprocesses >= 0, "subprocesses", subprocesses, "0 or more");
    }

    /** All the memory that a process and its children may hold, in bytes. */
    long memory() {
        return heap + heap / 2 + OVERHEAD;
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + " = " + value + ": expected " + expected);
        }
    }
}
