package io.troupe.policy.jinja;

/**
 * Looks for a text within others, in time that grows with the sum of their lengths whatever they are: what a plain search takes may grow with their product,
 * which for texts of millions of characters is days (Knuth, Morris and Pratt, Fast Pattern Matching in Strings, 1977). Used by one thread.
 */
final class Search {

    /** Up to here the plain search is the faster one, and cannot take long. */
    private static final int SHORT = 16;

    private final Budget budget;
    private final String part;
    private final boolean backwards;
    private int[] borders = {};

    Search(Budget budget, String part, boolean backwards) {
        this.budget = budget;
        this.part = part;
        this.backwards = backwards;
    }

    /** Where the text has the part first, beginning at a position or later; -1 if nowhere. */
    int first(String text, int from) {
        if (part.length() <= SHORT) {
            return text.indexOf(part, from);
        }
        int end = scan(text, from, text.length());
        return end < 0 ? -1 : end - part.length();
    }

    /** Where the text has the part last, ending at a position or before; -1 if nowhere. */
    int last(String text, int to) {
        if (part.length() <= SHORT) {
            return text.lastIndexOf(part, to - part.length());
        }
        return scan(text, to, to);
    }

    /** The place just behind the part in the direction of the search. */
    private int scan(String text, int start, int length) {
        if (part.length() > (backwards ? length : length - start)) {
            return -1;
        }
        measure();
        int matched = 0;
        for (int i = start; backwards ? i > 0 : i < length; ) {
            char c = backwards ? text.charAt(--i) : text.charAt(i++);
            matched = extended(matched, c);
            if (matched == part.length()) {
                return i;
            }
        }
        return -1;
    }

    private int extended(int matched, char c) {
        int length = matched;
        while (length > 0 && at(length) != c) {
            length = borders[length - 1];
        }
        return at(length) == c ? length + 1 : length;
    }

    private char at(int index) {
        return part.charAt(backwards ? part.length() - 1 - index : index);
    }

    /** For every beginning of the part, how long the longest shorter beginning is that it ends with. */
    private void measure() {
        if (borders.length == 0) {
            borders = new int[budget.text(part.length())];
            for (int i = 1; i < borders.length; i++) {
                borders[i] = extended(borders[i - 1], at(i));
            }
        }
    }
}
