package io.troupe.rollout;

/** Counter-based randomness: every number is a pure function of a seed and a counter, so that nothing else can disturb it. */
public final class Seeds {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** A seed for the {@code index}-th thing under {@code seed}: the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over both. */
    public static long derive(long seed, long index) {
        return mix(mix(seed) + GOLDEN * (index + 1));
    }

    /** A double in [0, 1) with 53 random bits. */
    static double uniform(long seed, long counter) {
        return (derive(seed, counter) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long z = value + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
