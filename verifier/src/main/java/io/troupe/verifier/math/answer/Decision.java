package io.troupe.verifier.math.answer;

/**
 * Whether two answers are equal, and what showed it.
 *
 * @param result equal, different or undecided
 * @param rule the rule that decided, in a few words: {@code exact rational}, {@code zero test at 2 points, 60 digits}
 */
public record Decision(Result result, String rule) {

    /** What was found. */
    public enum Result {
        /** The answers say the same. */
        EQUAL,
        /** The answers don't say the same. */
        DIFFERENT,
        /** Neither could be shown within the fuel and the precision. */
        UNDECIDED
    }

    static Decision equal(String rule) {
        return new Decision(Result.EQUAL, rule);
    }

    static Decision different(String rule) {
        return new Decision(Result.DIFFERENT, rule);
    }

    static Decision undecided(String rule) {
        return new Decision(Result.UNDECIDED, rule);
    }

    static Decision of(boolean equal, String rule) {
        return equal ? equal(rule) : different(rule);
    }

    boolean isEqual() {
        return result == Result.EQUAL;
    }

    boolean isDifferent() {
        return result == Result.DIFFERENT;
    }

    Decision by(String otherRule) {
        return new Decision(result, otherRule + ": " + rule);
    }
}
