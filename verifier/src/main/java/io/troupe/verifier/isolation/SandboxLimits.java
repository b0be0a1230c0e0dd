package io.troupe.verifier.isolation;

import java.time.Duration;

/**
 * What a sandboxed command may use.
 *
 * @param wallTime how long it may take; then it and all that it started is killed
 * @param cpuTime CPU time of each of its processes, in whole seconds, rounded up
 * @param memory bytes of address space of each of its processes
 * @param disk bytes of its writable folder, which is in memory, and of its largest file
 * @param openFiles open files of each of its processes
 * @param processes how many processes and threads it may be at a time, itself counted
 * @param output bytes of its standard output and of its standard error; what is more is not read
 */
public record SandboxLimits(
        Duration wallTime, Duration cpuTime, long memory, long disk, int openFiles, int processes, int output) {

    /** 6 s, 2 s of CPU, 256 MiB, 16 MiB of files, 64 open files, one process, 64 KiB of output. */
    public static final SandboxLimits DEFAULT =
            new SandboxLimits(Duration.ofSeconds(6), Duration.ofSeconds(2), 256L << 20, 16L << 20, 64, 1, 1 << 16);

    public SandboxLimits {
        require(wallTime.toMillis() > 0, "wallTime", wallTime);
        require(cpuTime.toMillis() > 0, "cpuTime", cpuTime);
        require(memory > 0, "memory", memory);
        require(disk > 0, "disk", disk);
        require(openFiles > 0, "openFiles", openFiles);
        require(processes > 0, "processes", processes);
        require(output > 0, "output", output);
    }

    long cpuSeconds() {
        return Math.max(1, (cpuTime.toMillis() + 999) / 1000);
    }

    private static void require(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " = " + value + ": expected more than 0");
        }
    }
}
