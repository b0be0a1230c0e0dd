package io.troupe.verifier.logic.zebra;

/**
 * What is said about one thing or two. A thing is a category and a value; the value is the house where it is in the solution, so that a clue is the same
 * whatever things are called.
 *
 * @param kind what is said
 * @param category the first thing's category; 0 is the names
 * @param value the first thing's value
 * @param otherCategory the second thing's category; the first one's for {@link Kind#FOUND}
 * @param otherValue the second thing's value
 */
record Clue(Kind kind, int category, int value, int otherCategory, int otherValue) {

    private static final int BITS = 3;

    /** What a clue says. */
    enum Kind {
        /** The thing is in the house of its value. */
        FOUND(0),
        /** Both are in one house. */
        SAME(1),
        /** The first is directly left of the second. */
        LEFT(2),
        /** They are in neighbouring houses. */
        BESIDE(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    static Clue found(int category, int value) {
        return new Clue(Kind.FOUND, category, value, category, value);
    }

    /** The clue as a number, once the categories are renumbered; clues that mean the same have the same. */
    int code(int[] renumbered) {
        int first = (renumbered[category] << BITS) | value;
        int second = (renumbered[otherCategory] << BITS) | otherValue;
        boolean swap = kind != Kind.LEFT && first > second;
        int pair = swap ? (second << (2 * BITS)) | first : (first << (2 * BITS)) | second;
        return (kind.code << (4 * BITS)) | pair;
    }
}
