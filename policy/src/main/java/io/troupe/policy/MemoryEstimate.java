package io.troupe.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * What something will take in memory at most, part by part. Weights, gradients, the optimiser's state and the cache are counted to the byte; what is in flight
 * during a pass is reckoned from the arrays that it keeps. Immutable.
 *
 * @param parts what there is
 */
public record MemoryEstimate(List<Part> parts) {

    /**
     * One thing that takes memory.
     *
     * @param what it is, for people
     * @param bytes how much
     */
    public record Part(String what, long bytes) {}

    public MemoryEstimate {
        parts = List.copyOf(parts);
    }

    /** All parts together, in bytes. */
    public long total() {
        return parts.stream().mapToLong(Part::bytes).reduce(0, MemoryEstimate::sum);
    }

    /** This and something else at the same time. */
    public MemoryEstimate and(MemoryEstimate other) {
        var all = new ArrayList<>(parts);
        all.addAll(other.parts);
        return new MemoryEstimate(all);
    }

    /** A sum that stays at the largest number instead of going over. */
    public static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
