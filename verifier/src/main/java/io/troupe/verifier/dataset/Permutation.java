package io.troupe.verifier.dataset;

/**
 * A shuffle of {@code 0 .. size-1} that needs no memory: a Feistel network over the next power of four, walked until it lands inside. The same key gives the
 * same shuffle. Immutable.
 */
final class Permutation {

    private static final int ROUNDS = 6;

    private final int size;
    private final long key;
    private final int halfBits;

    Permutation(int size, long key) {
        if (size < 1) {
            throw new IllegalArgumentException("nothing to shuffle: size " + size);
        }
        this.size = size;
        this.key = key;
        int bits = 32 - Integer.numberOfLeadingZeros(size - 1);
        halfBits = Math.max(1, (bits + 1) / 2);
    }

    /** What is at a place of the shuffled order. */
    int at(int place) {
        long value = place;
        do {
            value = feistel(value);
        } while (value >= size);
        return (int) value;
    }

    private long feistel(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (mix(right + key + 0x9E3779B97F4A7C15L * (round + 1)) & mask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
