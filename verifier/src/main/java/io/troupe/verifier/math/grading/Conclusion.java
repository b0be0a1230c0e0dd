package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer that a short text ends with: its only formula, or what follows the last "is" or "equals". Linear; pure functions, safe for any thread. */
final class Conclusion {

    private static final int MAX_LENGTH = 600;
    /** A unit after the formula. */
    private static final int MAX_TAIL = 30;

    private static final List<String> VERBS = List.of(
            " is ",
            " are ",
            " equals ",
            " = ",
            " be ",
            ": ",
            " get ",
            " obtain ",
            " have ",
            " so ",
            " therefore ",
            " gives ",
            " yields ",
            " hence ",
            " thus ",
            " find ",
            " means ");

    private Conclusion() {}

    /**
     * The answers that a text ends with.
     *
     * @param text a text
     * @param fuel pays for the characters
     * @return its cuts, the longest first; none if the text is long or ends otherwise
     */
    static List<String> of(String text, Fuel fuel) {
        if (text.length() > MAX_LENGTH) {
            return List.of();
        }
        fuel.spend(8L * text.length());
        String bare = Sentences.trimmed(text);
        List<Formulas.Formula> formulas = Formulas.in(bare, fuel);
        return formulas.isEmpty() ? ofWords(bare) : ofFormula(bare, formulas);
    }

    private static List<String> ofFormula(String text, List<Formulas.Formula> formulas) {
        int last = formulas.size() - 1;
        int end = formulas.get(last).end();
        String tail = text.substring(end);
        if (tail.length() > MAX_TAIL || tail.chars().anyMatch(c -> c == '\n' || c == '.' || c == '?')) {
            return ofLastSentence(tail);
        }
        int first = last;
        while (first > 0 && Formulas.areJoined(formulas.get(first - 1), formulas.get(first), text)) {
            first--;
        }
        int start = formulas.get(first).start();
        boolean concluded = endsWithVerb(text.substring(0, start));
        if (first > 0 && !concluded) {
            return List.of();
        }
        List<String> readings = new ArrayList<>();
        if (!tail.isBlank()) {
            readings.add(Sentences.trimmed(text.substring(start)));
        }
        readings.add(text.substring(start, end));
        return readings;
    }

    /** After the last formula: what the last of the sentences that begin there says. */
    private static List<String> ofLastSentence(String tail) {
        int start = 0;
        for (int end = Sentences.end(tail, 0, tail.length()); end < tail.length(); ) {
            start = end + 1;
            end = Sentences.end(tail, start, tail.length());
        }
        return start == 0 ? List.of() : ofWords(tail.substring(start).strip());
    }

    private static boolean endsWithVerb(String before) {
        String lower = " " + before.strip().toLowerCase(Locale.ROOT) + " ";
        return VERBS.stream().anyMatch(verb -> lower.endsWith(verb) || lower.endsWith(verb.strip() + ", "));
    }

    private static List<String> ofWords(String text) {
        int line = text.lastIndexOf('\n') + 1;
        int start = -1;
        for (String verb : VERBS.subList(0, 6)) {
            int at = text.lastIndexOf(verb);
            start = Math.max(start, at < 0 ? -1 : at + verb.length());
        }
        if (start < line) {
            return List.of();
        }
        int from = Sentences.start(text, start, text.length());
        boolean oneSentence = Sentences.end(text, start, text.length()) == text.length();
        return oneSentence && from < text.length() ? List.of(text.substring(from)) : List.of();
    }
}
