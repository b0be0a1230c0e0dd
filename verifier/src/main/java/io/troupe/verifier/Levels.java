package io.troupe.verifier;

/**
 * A family's scale of difficulty.
 *
 * @param min the easiest level
 * @param max the hardest level
 * @param initial where training starts by default
 * @param meaning what a level is, for people
 */
public record Levels(int min, int max, int initial, String meaning) {

    public Levels {
        if (min > initial || initial > max) {
            throw new IllegalArgumentException(
                    "levels must satisfy min <= initial <= max, not %d, %d, %d".formatted(min, initial, max));
        }
    }

    /**
     * Checks a level.
     *
     * @param level a level
     * @return the level
     * @throws IllegalArgumentException if it is not on the scale
     */
    public int require(int level) {
        if (level < min || level > max) {
            throw new IllegalArgumentException(
                    "level must be from %d to %d (%s), not %d".formatted(min, max, meaning, level));
        }
        return level;
    }
}
