package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what a text calls its answer in words: "the final answer is X", "answer: X", "the answer is X". Linear; one text each, for one thread. */
final class AnswerPhrases {

    private static final String WORD = "answer";
    private static final String SHORT = "ans";
    private static final String OPTION = "option";
    private static final String CHOICE = "choice";
    private static final String WORD_IN_CHINESE = "答案";
    /** More are not looked at; the last ones count. */
    private static final int MAX_PHRASES = 20;
    /** Between "answer" and "is". */
    private static final int MAX_GAP = 100;

    private static final int MAX_ANSWER = 1_000;
    /** Between "or" and "answer". */
    private static final int MAX_WORDS = 4;

    private static final String[] VERBS = {"is", "are", "be", "was", "equals", "should be", "must be", "是", "为"};

    private final String text;
    private final Fuel fuel;
    private final List<Phrase> phrases = new ArrayList<>();

    private AnswerPhrases(String text, Fuel fuel) {
        this.text = text;
        this.fuel = fuel;
    }

    /**
     * A phrase.
     *
     * @param anchor its kind
     * @param start where the word "answer" begins
     * @param readings its answer, cut in several ways; the longest first
     */
    record Phrase(Anchor anchor, int start, List<String> readings) {}

    /** The phrases of a text, the last first. */
    static List<Phrase> in(String text, Fuel fuel) {
        fuel.spend(text.length());
        var scan = new AnswerPhrases(text, fuel);
        for (int at = text.length() - 2; at >= 0 && scan.phrases.size() < MAX_PHRASES; at--) {
            char c = text.charAt(at);
            if ((c == 'a' || c == 'A') && text.regionMatches(true, at, WORD, 0, WORD.length())) {
                scan.read(at, at + WORD.length());
            } else if ((c == 'a' || c == 'A') && text.regionMatches(true, at, SHORT, 0, SHORT.length())) {
                scan.read(at, at + SHORT.length());
            } else if ((c == 'o' || c == 'c' || c == 'O' || c == 'C') && scan.isChoice(at)) {
                scan.read(at, at + OPTION.length());
            } else if (c == '答' && text.startsWith(WORD_IN_CHINESE, at)) {
                scan.read(at, at + WORD_IN_CHINESE.length());
            }
        }
        return scan.phrases;
    }

    /** "option" or "choice" after "correct" or "right". */
    private boolean isChoice(int at) {
        boolean named = text.regionMatches(true, at, OPTION, 0, OPTION.length())
                || text.regionMatches(true, at, CHOICE, 0, CHOICE.length());
        return named
                && (text.regionMatches(true, at - 8, "correct ", 0, 8)
                        || text.regionMatches(true, at - 6, "right ", 0, 6));
    }

    private void read(int start, int end) {
        fuel.spend(MAX_GAP);
        int at = end;
        if (text.startsWith("(s)", at)) {
            at += 3;
        } else if (at < text.length() && text.charAt(at) == 's') {
            at++;
        }
        boolean word = start == 0
                || (!Character.isLetter(text.charAt(start - 1))
                        && text.charAt(start - 1) != '<'
                        && text.charAt(start - 1) != '/');
        if (!word || (at < text.length() && Character.isLetter(text.charAt(at)) && text.charAt(end - 1) != '案')) {
            return;
        }
        int colon = colon(at);
        int begin = colon >= 0 ? colon : verb(at);
        if (begin < 0) {
            return;
        }
        int limit = Math.min(text.length(), begin + MAX_ANSWER);
        int from = Sentences.start(text, begin, limit);
        if (isAlternative(start)) {
            from = earlier(start);
        }
        List<String> readings = readings(from);
        if (!readings.isEmpty()) {
            phrases.add(new Phrase(kind(start, colon >= 0, from), start, readings));
        }
    }

    /** Whether "or" stands before "the answer is": then what stands before belongs to the answer. */
    private boolean isAlternative(int start) {
        int at = start;
        for (int words = 0; words < MAX_WORDS && at > 0; words++) {
            int end = at;
            while (end > 0 && text.charAt(end - 1) == ' ') {
                end--;
            }
            at = end;
            while (at > 0 && Character.isLetter(text.charAt(at - 1))) {
                at--;
            }
            if (text.regionMatches(true, at, "or", 0, 2) && end - at == 2) {
                return true;
            }
            if (end == at) {
                return false;
            }
        }
        return false;
    }

    /** The beginning of the sentence in which a place is. */
    private int earlier(int start) {
        int limit = Math.max(0, start - MAX_GAP);
        int at = start;
        while (at > limit && text.charAt(at - 1) != '\n' && text.charAt(at - 1) != '.') {
            at--;
        }
        return at;
    }

    /** After "answer:", "answer =" or a heading "Answer" on a line of its own; -1 if none follows. */
    private int colon(int from) {
        int at = from;
        while (at < text.length() && " *_".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == text.length()) {
            return -1;
        }
        char c = text.charAt(at);
        return c == ':' || c == '：' || c == '=' || c == '→' || c == '\n' ? at + 1 : -1;
    }

    /** After "answer ... is" within a sentence; -1 if there is no verb. */
    private int verb(int from) {
        int limit = Math.min(text.length(), from + MAX_GAP);
        int at = from;
        while (at < limit) {
            char c = text.charAt(at);
            if (c == '\n' || c == '?' || (c == '.' && at + 1 < limit && text.charAt(at + 1) == ' ')) {
                return -1;
            }
            if (c == ':' || c == '：') {
                return at + 1;
            }
            if (c == '$') {
                int close = text.indexOf('$', at + 1);
                at = close < 0 || close > limit ? limit : close;
            }
            int end = verbAt(at);
            if (end > 0) {
                return end;
            }
            at++;
        }
        return -1;
    }

    private int verbAt(int at) {
        if (at > 0 && Character.isLetter(text.charAt(at - 1)) && text.charAt(at - 1) < '\u2e80') {
            return -1;
        }
        for (String verb : VERBS) {
            int end = at + verb.length();
            if (text.regionMatches(true, at, verb, 0, verb.length())
                    && (verb.charAt(0) > '\u2e80' || end >= text.length() || !Character.isLetter(text.charAt(end)))) {
                return end;
            }
        }
        return -1;
    }

    private Anchor kind(int start, boolean colon, int from) {
        String before = text.substring(Math.max(0, start - 8), start).strip();
        boolean last = before.length() >= 5 && before.regionMatches(true, before.length() - 5, "final", 0, 5);
        if (last && !colon) {
            int end = Sentences.end(text, from, MAX_ANSWER);
            String after = text.substring(end, Math.min(text.length(), end + 12));
            if (after.length() > 2 && after.substring(1).strip().startsWith("I hope")) {
                return Anchor.HOPE;
            }
        }
        return last ? Anchor.FINAL_ANSWER : colon ? Anchor.ANSWER_COLON : Anchor.ANSWER_IS;
    }

    /** The answer that begins at a place, cut at the sentence's end, after its formulas, before its reason. */
    private List<String> readings(int from) {
        Formulas.@Nullable Formula formula = from < text.length() ? Formulas.at(text, from, fuel) : null;
        int sentence = Sentences.end(text, formula == null ? from : formula.end(), MAX_ANSWER);
        fuel.spend(4L * (sentence - from + 1));
        List<String> readings = new ArrayList<>();
        if (formula == null) {
            String clause = text.substring(Math.min(from, sentence), sentence);
            add(readings, Sentences.withoutReason(clause, 0));
            return readings;
        }
        int end = formula.end();
        for (Formulas.Formula next = next(end); next != null && next.end() <= sentence; next = next(end)) {
            end = next.end();
        }
        add(readings, Sentences.withoutReason(text.substring(from, Math.max(end, sentence)), end - from));
        add(readings, text.substring(from, end));
        return readings;
    }

    /** The formula that is joined to one that ends here, or null. */
    private Formulas.@Nullable Formula next(int end) {
        int limit = Math.min(text.length(), end + Joints.MAX_LENGTH);
        for (int at = end; at < limit; at++) {
            char c = text.charAt(at);
            if (c == '$' || c == '\\') {
                return Joints.isJoint(text.substring(end, at)) ? Formulas.at(text, at, fuel) : null;
            }
        }
        return null;
    }

    private static void add(List<String> readings, String reading) {
        String trimmed = Sentences.trimmed(reading);
        if (!trimmed.isEmpty() && !readings.contains(trimmed)) {
            readings.add(trimmed);
        }
    }
}
