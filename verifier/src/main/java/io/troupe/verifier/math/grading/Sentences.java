package io.troupe.verifier.math.grading;

import java.util.List;
import java.util.Locale;

/** Where a sentence of a text ends, and what at its ends belongs to no answer. Linear; pure functions, safe for any thread. */
final class Sentences {

    /** Words that end an answer and begin its reason or its condition. */
    private static final List<String> ENDING = List.of(
            " because ",
            " since ",
            " as ",
            " where ",
            " when ",
            " which ",
            " so ",
            " with ",
            " that ",
            " for ",
            " by ",
            " i.e",
            " making ",
            " therefore ",
            " thus ",
            " hence ",
            " after ",
            " given ",
            " if ",
            " while ",
            " at ",
            " from ",
            " using ",
            " based ");

    /** Words between "is" and an answer. */
    private static final List<String> FILLING = List.of(
            "is",
            "therefore",
            "thus",
            "hence",
            "then",
            "indeed",
            "simply",
            "just",
            "clearly",
            "also",
            "now",
            "equal to",
            "given by",
            "exactly",
            "option",
            "choice",
            "definitely",
            "precisely",
            "either",
            "as follows",
            "found to be",
            "about",
            "approximately",
            "roughly",
            "around",
            "actually",
            "really",
            "both");

    private Sentences() {}

    /**
     * The end of the sentence or line that runs from a place: a line's end, or a full stop, question mark or semicolon before a blank. A point within a
     * number ends nothing, nor does anything within a formula.
     */
    static int end(String text, int from, int limit) {
        int last = Math.min(text.length(), from + limit);
        boolean formula = false;
        for (int at = from; at < last; at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                if (at + 1 < last && "([".indexOf(text.charAt(at + 1)) >= 0) {
                    formula = true;
                } else if (at + 1 < last && ")]".indexOf(text.charAt(at + 1)) >= 0) {
                    formula = false;
                }
                at++;
            } else if (c == '$') {
                formula = !formula;
            } else if (c == '\n'
                    || text.startsWith("</", at)
                    || (!formula && (c == '.' || c == '?' || c == '。') && stops(text, at))) {
                return at;
            }
        }
        return last;
    }

    private static boolean stops(String text, int at) {
        if (text.charAt(at) == '。') {
            return true;
        }
        int next = at + 1;
        while (next < text.length() && "*_)\"'".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
        boolean ellipsis = text.startsWith("..", at) || (at > 0 && text.charAt(at - 1) == '.');
        return !ellipsis && (next == text.length() || Character.isWhitespace(text.charAt(next)));
    }

    /** The part of a clause before its reason or condition, which begins after a number of characters at the earliest. */
    static String withoutReason(String clause, int kept) {
        String lower = clause.toLowerCase(Locale.ROOT);
        if (lower.length() != clause.length()) {
            return clause;
        }
        int end = clause.length();
        for (String word : ENDING) {
            int at = lower.indexOf(word, kept);
            if (at > 0) {
                end = Math.min(end, at);
            }
        }
        int bracket = clause.indexOf(" (", kept);
        boolean remark = bracket > 0
                && !lower.startsWith(" (or ", bracket)
                && bracket + 2 < clause.length()
                && Character.isLetter(clause.charAt(bracket + 2))
                && clause.indexOf(' ', bracket + 2) > 0;
        return clause.substring(0, remark ? Math.min(end, bracket) : end);
    }

    /** Where an answer begins after "is": behind blanks, marks of bold type, colons and filling words. */
    static int start(String text, int from, int limit) {
        int at = from;
        int before;
        do {
            before = at;
            while (at < limit && (Character.isWhitespace(text.charAt(at)) || ":*_：,".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            for (String word : FILLING) {
                int end = at + word.length();
                if (end < limit
                        && text.regionMatches(true, at, word, 0, word.length())
                        && !Character.isLetterOrDigit(text.charAt(end))) {
                    at = end;
                    break;
                }
            }
        } while (at > before);
        return at;
    }

    /** Whether a text is a sentence about mathematics rather than an answer: three words in a row or more, and a number or formula besides. */
    static boolean isSentence(String text) {
        int words = 0;
        boolean mathematics = false;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isLetter(c)) {
                int start = at;
                while (at < text.length() && Character.isLetter(text.charAt(at))) {
                    at++;
                }
                boolean command = start > 0 && text.charAt(start - 1) == '\\';
                words += !command && at - start >= 2 ? 1 : 0;
            } else {
                mathematics |= "$\\=<>^".indexOf(c) >= 0 || (c >= '0' && c <= '9');
                at++;
            }
        }
        return words >= 3 && mathematics && !text.contains("\\text") && !text.contains("\\mathrm");
    }

    /** What follows {@code \text{... is}} at the beginning of a box; the box itself if it begins otherwise. */
    static String afterIntroduction(String content) {
        int close = content.startsWith("\\text{") ? content.indexOf('}') : -1;
        if (close < 0 || close + 1 == content.length()) {
            return content;
        }
        String words = content.substring("\\text{".length(), close).strip();
        boolean introduces = words.endsWith(" is")
                || words.endsWith(" are")
                || words.endsWith(" equals")
                || words.endsWith("=")
                || words.endsWith(":");
        return introduces ? content.substring(close + 1).strip() : content;
    }

    /** Without blanks, bold marks and the punctuation of a sentence at the ends. */
    static String trimmed(String clause) {
        int start = 0;
        int end = clause.length();
        while (start < end && (Character.isWhitespace(clause.charAt(start)) || clause.startsWith("**", start))) {
            start += clause.startsWith("**", start) ? 2 : 1;
        }
        while (end > start && isEnding(clause, end - 1)) {
            end--;
        }
        return clause.substring(Math.min(start, end), end);
    }

    private static boolean isEnding(String clause, int at) {
        char c = clause.charAt(at);
        return Character.isWhitespace(c) || ".,;:*_?".indexOf(c) >= 0 || c == '。';
    }
}
