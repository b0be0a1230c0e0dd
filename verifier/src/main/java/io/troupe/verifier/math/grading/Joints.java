package io.troupe.verifier.math.grading;

/** What stands between two answers that are given together. Pure functions, safe for any thread. */
final class Joints {

    /** Longer texts join nothing. */
    static final int MAX_LENGTH = 40;

    private static final String[] WORDS = {"and", "or", "text", "quad", "qquad", "mbox", "textrm", "mathrm"};

    private Joints() {}

    /**
     * Whether a text between two formulas or boxes joins them: a comma or semicolon, "and", "or", with blanks and marks around; and before the second
     * one perhaps a letter and an equals sign.
     */
    static boolean isJoint(String between) {
        if (between.length() >= MAX_LENGTH) {
            return false;
        }
        boolean joins = false;
        int at = 0;
        while (at < between.length()) {
            char c = between.charAt(at);
            if (Character.isLetter(c)) {
                int end = at;
                while (end < between.length() && Character.isLetter(between.charAt(end))) {
                    end++;
                }
                String word = between.substring(at, end);
                joins |= word.equals("and") || word.equals("or");
                if (!isKnown(word) && !isName(between, end, word)) {
                    return false;
                }
                at = end;
            } else {
                joins |= c == ',' || c == ';';
                if (" ,;\n$\\{}*_=()[]0123456789".indexOf(c) < 0) {
                    return false;
                }
                at++;
            }
        }
        return joins;
    }

    private static boolean isKnown(String word) {
        for (String known : WORDS) {
            if (known.equals(word)) {
                return true;
            }
        }
        return false;
    }

    /** {@code x =} and {@code y_2 =}. */
    private static boolean isName(String between, int end, String word) {
        return word.length() == 1 && between.indexOf('=', end) >= 0;
    }
}
