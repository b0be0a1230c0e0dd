package io.troupe.policy;

import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;

/**
 * Runs seeded cases of damaged input. A case may have a result or a {@link PolicyFormatException} that says what is wrong; it may take neither long nor more
 * memory than its input's size explains. {@code -Dtroupe.fuzz=N} runs N times as many, {@code -Dtroupe.fuzz.seed=S} others.
 */
final class Fuzzing {

    private static final long FREE_BYTES = 200_000_000;
    private static final int BYTES_PER_BYTE = 64;
    private static final long MAX_NANOS = 10_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One case. */
    interface Case {
        /** Returns the size of what was read. */
        long run(SplittableRandom random) throws Exception;
    }

    private Fuzzing() {}

    /** Runs cases and returns how many were refused. */
    static int run(String name, int cases, Case each) {
        return run(name, cases, FREE_BYTES, each);
    }

    /**
     * The same, where a case may allocate more.
     *
     * @param freeBytes how much it may, beyond what its input's size explains
     */
    static int run(String name, int cases, long freeBytes, Case each) {
        long seed = Long.getLong("troupe.fuzz.seed", 20260309L);
        int total = cases * Integer.getInteger("troupe.fuzz", 1);
        int refused = 0;
        long most = 0;
        long longest = 0;
        for (int i = 0; i < total; i++) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            long size = 0;
            try {
                size = each.run(new SplittableRandom(seed + i * 7919L));
            } catch (PolicyFormatException e) {
                refused++;
                if (e.getMessage() == null || e.getMessage().isBlank()) {
                    fail(name + " case " + i + " is refused without a word", e);
                }
            } catch (Throwable e) {
                fail(name + " case " + i + " of seed " + seed + ": " + e, e);
            }
            long took = System.nanoTime() - start;
            long taken = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            most = Math.max(most, taken);
            longest = Math.max(longest, took);
            if (took > MAX_NANOS || taken > freeBytes + BYTES_PER_BYTE * size) {
                fail(name + " case " + i + " of seed " + seed + " took " + took / 1_000_000 + " ms and allocated "
                        + taken + " bytes for an input of " + size);
            }
        }
        System.out.printf(
                "%s: %d cases, %d refused, none crashed, at most %d ms and %d MB%n",
                name, total, refused, longest / 1_000_000, most / 1_000_000);
        return refused;
    }
}
