package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.verifier.isolation.IsolationLimits;
import java.time.Duration;

/**
 * The section {@code verifier.limits}: what a process of plug-ins may use.
 *
 * @param heap bytes of Java heap, such as {@code 512m}
 * @param stepTime the longest that one call may take
 * @param cpuTime the most CPU time of an episode
 * @param output the most bytes of an answer, such as {@code 1m}
 * @param sessionsPerProcess how many sessions share a process
 * @param processes how many processes are kept
 * @param subprocesses how many processes of its own a process may have
 */
public record IsolationSettings(
        String heap,
        Duration stepTime,
        Duration cpuTime,
        String output,
        int sessionsPerProcess,
        int processes,
        int subprocesses) {

    private static final long LEAST_HEAP = 16L << 20;
    private static final long LEAST_OUTPUT = 1024;
    private static final long MOST_OUTPUT = 1L << 30;

    public IsolationSettings {
        require(bytes(heap) >= LEAST_HEAP, "heap", heap, "expected a size of at least 16m, such as 512m or 2g");
        require(stepTime.toMillis() > 0, "step-time", stepTime.toMillis() + "ms", "expected more than 0");
        require(cpuTime.toMillis() > 0, "cpu-time", cpuTime.toMillis() + "ms", "expected more than 0");
        require(
                bytes(output) >= LEAST_OUTPUT && bytes(output) <= MOST_OUTPUT,
                "output",
                output,
                "expected a size from 1k to 1g, such as 1m");
        require(sessionsPerProcess >= 1, "sessions-per-process", sessionsPerProcess, "expected at least 1");
        require(processes >= 1, "processes", processes, "expected at least 1");
        require(subprocesses >= 0, "subprocesses", subprocesses, "expected 0 or more");
    }

    /** The limits as the verifier has them. */
    public IsolationLimits limits() {
        return new IsolationLimits(
                bytes(heap), stepTime, cpuTime, (int) bytes(output), sessionsPerProcess, processes, subprocesses);
    }

    /** A whole number and k, m or g; -1 for anything else. */
    private static long bytes(String size) {
        if (!size.matches("[0-9]{1,9}[kmgKMG]")) {
            return -1;
        }
        long number = Long.parseLong(size.substring(0, size.length() - 1));
        return switch (size.charAt(size.length() - 1)) {
            case 'k', 'K' -> number << 10;
            case 'm', 'M' -> number << 20;
            default -> number << 30;
        };
    }
}
