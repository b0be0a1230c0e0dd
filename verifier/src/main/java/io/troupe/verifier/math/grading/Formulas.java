package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds formulas set off from a text: between dollar signs, {@code \( \)}, {@code \[ \]}. One pass; pure functions, safe for any thread. */
final class Formulas {

    private static final String[][] MARKS = {{"$$", "$$"}, {"\\[", "\\]"}, {"\\(", "\\)"}, {"$", "$"}};

    /** A formula on a line of its own may span lines; one within a line may not. */
    private static final int SINGLE_LINE_FROM = 2;

    private static final int MAX_LENGTH = 2_000;

    private Formulas() {}

    /**
     * A formula.
     *
     * @param start where its opening mark begins
     * @param end after its closing mark
     * @param content what stands between them
     */
    record Formula(int start, int end, String content) {}

    /**
     * The formulas of a text, in its order.
     *
     * @param text any text
     * @param fuel pays for the characters
     * @return the formulas
     */
    static List<Formula> in(String text, Fuel fuel) {
        fuel.spend(text.length());
        List<Formula> formulas = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            @Nullable Formula formula = c == '$' || c == '\\' ? at(text, at, fuel) : null;
            if (formula != null) {
                formulas.add(formula);
                at = formula.end();
            } else {
                at += c == '\\' ? 2 : 1;
            }
        }
        return formulas;
    }

    /** The formula whose mark opens here, or null. */
    static @Nullable Formula at(String text, int start, Fuel fuel) {
        for (int k = 0; k < MARKS.length; k++) {
            String open = MARKS[k][0];
            if (text.startsWith(open, start)) {
                int end = closing(text, start + open.length(), MARKS[k][1], k >= SINGLE_LINE_FROM, fuel);
                if (end >= 0) {
                    String content = text.substring(start + open.length(), end);
                    return content.isBlank() ? null : new Formula(start, end + MARKS[k][1].length(), content);
                }
            }
        }
        return null;
    }

    private static int closing(String text, int from, String mark, boolean singleLine, Fuel fuel) {
        int limit = Math.min(text.length(), from + MAX_LENGTH);
        int at = from;
        while (at < limit) {
            if (text.startsWith(mark, at)) {
                fuel.spend(at - from);
                return at;
            }
            char c = text.charAt(at);
            if (singleLine && c == '\n') {
                break;
            }
            at += c == '\\' ? 2 : 1;
        }
        fuel.spend(Math.max(0, at - from));
        return -1;
    }

    /** Whether two formulas are given together: joined by a comma, a semicolon, "and" or "or". */
    static boolean areJoined(Formula left, Formula right, String text) {
        return right.start() - left.end() < Joints.MAX_LENGTH
                && Joints.isJoint(text.substring(left.end(), right.start()));
    }
}
