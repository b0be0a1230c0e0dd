package io.troupe.policy;

import java.lang.management.ManagementFactory;

/** This machine's memory, or that of the container that this process is confined to. */
public final class MachineMemory {

    private MachineMemory() {}

    /** All of it, in bytes. */
    public static long total() {
        return system().getTotalMemorySize();
    }

    /** What nothing uses, in bytes; caches of files count as used. */
    public static long free() {
        return system().getFreeMemorySize();
    }

    private static com.sun.management.OperatingSystemMXBean system() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            return system;
        }
        throw new IllegalStateException("this Java does not tell the machine's memory");
    }
}
