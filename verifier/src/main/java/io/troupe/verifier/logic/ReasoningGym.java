package io.troupe.verifier.logic;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.Optional;

/**
 * What the scorers of reasoning-gym (github.com/open-thought/reasoning-gym) have in common. Its strings are sequences of code points and its white space
 * is Python's. Pure functions, safe for any thread.
 */
public final class ReasoningGym {

    private static final String OPEN = "<answer>";
    private static final String CLOSE = "</answer>";

    private ReasoningGym() {}

    /**
     * The answer that reasoning-gym finds: scanning from the left, an opening tag goes with the next closing one; the last such pair counts, without white
     * space at its ends.
     *
     * @param text the policy's words
     * @param fuel pays for the characters looked at
     * @return the answer; empty if there is no pair of tags
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    public static Optional<String> answer(String text, Fuel fuel) {
        fuel.spend(text.length());
        Optional<String> last = Optional.empty();
        int from = text.indexOf(OPEN);
        while (from >= 0) {
            int end = text.indexOf(CLOSE, from + OPEN.length());
            if (end < 0) {
                return last;
            }
            last = Optional.of(strip(text.substring(from + OPEN.length(), end)));
            from = text.indexOf(OPEN, end + CLOSE.length());
        }
        return last;
    }

    /**
     * The scorer of tasks that have none of their own: 1 for the gold itself, the gold's share of the answer's length if the answer contains it, else 0.
     *
     * @param gold the gold
     * @param answer the answer, if one was found
     * @return the verdict
     */
    public static Verdict contained(String gold, Optional<String> answer) {
        if (answer.isEmpty() || answer.get().isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, 0, null, "no answer");
        }
        String given = answer.get();
        if (given.equals(gold)) {
            return Marks.right(given, "the gold itself");
        }
        return given.contains(gold)
                ? Marks.of(
                        Outcome.WRONG, (double) length(gold) / length(given), given, "the gold's share of the answer")
                : Marks.wrong(given, "the gold does not occur");
    }

    /** The number of code points. */
    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The text without white space at its ends. */
    public static String strip(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return stripEnd(text.substring(start));
    }

    /** The text without white space at its end. */
    public static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    /** Whether Python's {@code str.isspace} calls a character white space. */
    public static boolean isSpace(char c) {
        return Character.isWhitespace(c) || c == '\u0085' || c == '\u00a0' || c == '\u2007' || c == '\u202f';
    }
}
