package io.troupe.verifier.math.grading;

/** Whether two texts are the same but for blanks and marks of layout: the last resort where one can't be read. Pure functions, safe for any thread. */
final class SameText {

    private static final int MAX_LENGTH = 4_000;
    private static final String[][] LAYOUT = {
        {"\\left", ""},
        {"\\right", ""},
        {"\\dfrac", "\\frac"},
        {"\\tfrac", "\\frac"},
        {"\\,", ""},
        {"\\!", ""},
        {"\\;", ""},
        {"$", ""}
    };

    private SameText() {}

    /** Whether the texts are the same. */
    static boolean of(String left, String right) {
        return left.length() <= MAX_LENGTH
                && right.length() <= MAX_LENGTH
                && !left.isBlank()
                && spelling(left).equals(spelling(right));
    }

    private static String spelling(String text) {
        String bare = Sentences.trimmed(text);
        for (String[] layout : LAYOUT) {
            bare = bare.replace(layout[0], layout[1]);
        }
        var spelled = new StringBuilder();
        for (int at = 0; at < bare.length(); at++) {
            char c = bare.charAt(at);
            if (!Character.isWhitespace(c)) {
                spelled.append(c);
            } else if (at > 0
                    && at + 1 < bare.length()
                    && Character.isLetterOrDigit(bare.charAt(at - 1))
                    && Character.isLetterOrDigit(bare.charAt(at + 1))) {
                spelled.append(' ');
            }
        }
        return spelled.toString();
    }
}
