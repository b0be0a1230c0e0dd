package io.troupe.actors.bench;

import java.lang.management.ManagementFactory;

/** Times one thing that this process does. */
public final class Watch {

    /** Times in nanoseconds that only go on. */
    public interface Clock {
        /** On the wall. */
        long wall();

        /** That all threads of this process together have been on a processor. */
        long processor();

        /** This machine's. */
        static Clock ofProcess() {
            var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
            return new Clock() {
                @Override
                public long wall() {
                    return System.nanoTime();
                }

                @Override
                public long processor() {
                    return system.getProcessCpuTime();
                }
            };
        }
    }

    private final Clock clock;
    private final long wall;
    private final long processor;

    /** Begins. */
    Watch(Clock clock) {
        this.clock = clock;
        wall = clock.wall();
        processor = clock.processor();
    }

    /** How fast so many tokens went, up to now. */
    Speed speed(long tokens) {
        return new Speed(tokens * 1e9 / (clock.wall() - wall), tokens * 1e9 / (clock.processor() - processor));
    }
}
