package io.troupe.verifier.math.grading;

/** The letter of a multiple-choice answer: {@code B}, {@code (B)}, {@code \text{(B)} 12}, {@code B. 12}. Pure functions, safe for any thread. */
final class ChoiceLetter {

    /** No answer names a choice. */
    static final char NONE = 0;

    private static final int MAX_LENGTH = 200;
    private static final String[] COMMANDS = {"\\textbf", "\\textrm", "\\text", "\\mathrm", "\\mathbf", "\\bf", "\\rm"};

    private static final String[] NAMES = {"option ", "choice ", "answer: ", "answer "};

    private ChoiceLetter() {}

    /** The letter, from A to J, that an answer begins with as the name of a choice; {@link #NONE} if it begins otherwise. */
    static char of(String answer) {
        String bare = bare(answer);
        boolean bracket = bare.startsWith("(");
        int at = bracket ? 1 : 0;
        if (bare.length() <= at || bare.charAt(at) < 'A' || bare.charAt(at) > 'J') {
            return NONE;
        }
        boolean alone = bare.length() == at + 1;
        boolean closed = !alone && (bracket ? bare.charAt(at + 1) == ')' : ").:".indexOf(bare.charAt(at + 1)) >= 0);
        return (alone && !bracket) || closed ? bare.charAt(at) : NONE;
    }

    /** Whether an answer is the letter alone. */
    static boolean isAlone(String answer) {
        String bare = bare(answer);
        return bare.length() == 1 || (bare.length() == 3 && bare.startsWith("(") && bare.endsWith(")"));
    }

    /** What stands behind the letter, such as {@code 12} in {@code \textbf{(B)}\ 12}; empty if nothing does. */
    static String content(String answer) {
        String bare = bare(answer);
        int at = bare.startsWith("(") ? 3 : 2;
        boolean lettered = of(answer) != NONE && bare.length() > at;
        int cut = lettered ? answer.indexOf(bare.charAt(at - 2)) : -1;
        if (cut < 0) {
            return "";
        }
        int start = cut + 1;
        while (start < answer.length()
                && (")}.:*$ ~".indexOf(answer.charAt(start)) >= 0 || answer.startsWith("\\ ", start))) {
            start++;
        }
        return answer.substring(start).strip();
    }

    private static String bare(String answer) {
        if (answer.length() > MAX_LENGTH) {
            return "";
        }
        String bare = answer;
        for (String command : COMMANDS) {
            bare = bare.replace(command, "");
        }
        bare = bare.replace("{", "")
                .replace("}", "")
                .replace("$", "")
                .replace("*", "")
                .replace("\\ ", " ")
                .strip();
        for (String word : NAMES) {
            if (bare.regionMatches(true, 0, word, 0, word.length())) {
                return bare.substring(word.length()).strip();
            }
        }
        return bare;
    }
}
