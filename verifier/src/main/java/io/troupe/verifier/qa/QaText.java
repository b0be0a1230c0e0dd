package io.troupe.verifier.qa;

import io.troupe.verifier.Fuel;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The spelling in which short answers are compared, as in the evaluation scripts of SQuAD (arXiv 1606.05250) and HotpotQA (arXiv 1809.09600): lower case,
 * without ASCII punctuation, without "a", "an", "the", one blank between words. Quotes and dashes of other keyboards count as their ASCII twins. Pure
 * functions, safe for any thread.
 */
final class QaText {

    private static final int PASSES = 4;

    private QaText() {}

    /** The words of an answer; none if nothing is left of it. */
    static List<String> words(String answer, Fuel fuel) {
        fuel.spend((long) PASSES * answer.length() + 1);
        String lower = Normalizer.normalize(answer, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        for (int at = 0; at <= lower.length(); at++) {
            char c = at < lower.length() ? lower.charAt(at) : ' ';
            if (Character.isWhitespace(c) || c == '\u00a0') {
                add(word, words);
            } else if (!isPunctuation(c)) {
                word.append(c);
            }
        }
        return words;
    }

    private static void add(StringBuilder word, List<String> words) {
        String done = word.toString();
        word.setLength(0);
        boolean article = done.equals("a") || done.equals("an") || done.equals("the");
        if (!done.isEmpty() && !article) {
            words.add(done);
        }
    }

    private static boolean isPunctuation(char c) {
        return (c >= '!' && c <= '/')
                || (c >= ':' && c <= '@')
                || (c >= '[' && c <= '`')
                || (c >= '{' && c <= '~')
                || (c >= '\u2010' && c <= '\u2015')
                || (c >= '\u2018' && c <= '\u201f')
                || c == '\u2212'
                || c == '\u2026';
    }
}
