package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;

/** Finds expressions of digits and operators, and numbers, in plain text. One pass; pure functions, safe for any thread. */
final class PlainExpressions {

    private static final String SIGNS = "+-*/^()÷×.,%=";
    private static final int MAX_LENGTH = 200;
    private static final int MAX_RUNS = 50;
    private static final int MAX_FOUND = 3;

    private PlainExpressions() {}

    /** Adds the last expressions of a text and then its last numbers, the last ones first. */
    static void last(String text, Fuel fuel, List<Candidate> found) {
        fuel.spend(text.length());
        List<String> runs = new ArrayList<>();
        int end = text.length();
        while (end > 0 && runs.size() < MAX_RUNS) {
            int start = end;
            while (start > 0 && isPart(text.charAt(start - 1))) {
                start--;
            }
            boolean anchored = start == 0
                    || Character.isWhitespace(text.charAt(start - 1))
                    || "$€£¥:=*([{".indexOf(text.charAt(start - 1)) >= 0;
            if (anchored && end - start <= MAX_LENGTH && end > start) {
                String run = trimmed(text.substring(start, end));
                if (run.chars().anyMatch(c -> c >= '0' && c <= '9')) {
                    runs.add(run);
                }
            }
            end = Math.min(start, end - 1);
        }
        add(runs, true, Anchor.EXPRESSION, found);
        add(runs, false, Anchor.NUMBER, found);
    }

    private static void add(List<String> runs, boolean operators, Anchor anchor, List<Candidate> found) {
        runs.stream()
                .filter(run -> hasOperator(run) == operators)
                .limit(MAX_FOUND)
                .forEach(run -> found.add(new Candidate(run, anchor)));
    }

    private static boolean isPart(char c) {
        return (c >= '0' && c <= '9') || SIGNS.indexOf(c) >= 0;
    }

    private static String trimmed(String run) {
        int equals = run.lastIndexOf('=');
        int end = run.length();
        while (end > equals + 1 && ".,".indexOf(run.charAt(end - 1)) >= 0) {
            end--;
        }
        return run.substring(equals + 1, end);
    }

    private static boolean hasOperator(String run) {
        return run.chars().skip(1).anyMatch(c -> "+-*/^÷×".indexOf(c) >= 0);
    }
}
