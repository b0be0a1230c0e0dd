package io.troupe.verifier.logic.syllogism;

import java.util.List;

/**
 * A statement about two kinds of people.
 *
 * @param quantifier how many
 * @param subject the number of the kind that it is about
 * @param predicate the number of the other kind
 */
record Categorical(Quantifier quantifier, int subject, int predicate) {

    /** How many, and whether they are or are not. */
    enum Quantifier {
        ALL(0, "All %s are %s"),
        NO(1, "No %s are %s"),
        SOME(2, "Some %s are %s"),
        SOME_NOT(3, "Some %s are not %s");

        private final int code;
        private final String words;

        Quantifier(int code, String words) {
            this.code = code;
            this.words = words;
        }

        boolean universal() {
            return this == ALL || this == NO;
        }

        boolean negative() {
            return this == NO || this == SOME_NOT;
        }

        boolean symmetric() {
            return this == NO || this == SOME;
        }
    }

    String words(List<String> kinds) {
        return quantifier.words.formatted(kinds.get(subject), kinds.get(predicate));
    }

    /** The statement as a number, once the kinds are renumbered; {@code No A are B} and {@code No B are A} have the same. */
    int code(int[] renumbered) {
        int first = renumbered[subject];
        int second = renumbered[predicate];
        boolean swap = quantifier.symmetric() && first > second;
        return (quantifier.code << 6) | ((swap ? second : first) << 3) | (swap ? first : second);
    }
}
