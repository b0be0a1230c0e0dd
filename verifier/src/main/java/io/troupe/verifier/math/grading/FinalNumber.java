package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;

/** Finds numbers in texts as GSM8K's graders do: runs of digits, points and commas after an optional minus sign. Pure functions, safe for any thread. */
final class FinalNumber {

    /** What GSM8K writes before an answer. */
    static final String MARK = "#### ";

    private FinalNumber() {}

    /**
     * Numbers that a text holds.
     *
     * @param text any text
     * @param fuel pays for the characters
     * @return the runs, in the text's order; some may hold no digit
     */
    static List<String> runs(String text, Fuel fuel) {
        fuel.spend(text.length());
        List<String> runs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            String run = runAt(text, at);
            if (run.isEmpty()) {
                at++;
            } else {
                runs.add(run);
                at += run.length();
            }
        }
        return runs;
    }

    /** The run that begins here; empty if none does. */
    static String runAt(String text, int start) {
        int at = start;
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        int digits = at;
        while (at < text.length() && isPart(text.charAt(at))) {
            at++;
        }
        return at == digits ? "" : text.substring(start, at);
    }

    /** The run after the last {@link #MARK} that one follows; empty if there is none. */
    static String marked(String text, Fuel fuel) {
        fuel.spend(text.length());
        for (int at = text.lastIndexOf(MARK); at >= 0; at = text.lastIndexOf(MARK, at - 1)) {
            String run = runAt(text, at + MARK.length());
            if (!run.isEmpty()) {
                return run;
            }
        }
        return "";
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isPart(char c) {
        return isDigit(c) || c == '.' || c == ',';
    }
}
