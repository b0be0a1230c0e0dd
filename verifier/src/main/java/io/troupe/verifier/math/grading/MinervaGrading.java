package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.List;

/**
 * The reward of DAPO (arXiv 2503.14476) in its Minerva mode: what follows the last {@code Answer:} within the last 300 characters, up to the end of the
 * line, compared by spelling alone. +1 if the spellings are the same, -1 otherwise. Stateless.
 */
final class MinervaGrading implements Grader {

    private static final int WINDOW = 300;
    private static final String WORD = "answer";
    private static final Rewards REWARDS = new Rewards(1, -1);

    @Override
    public Verdict grade(String gold, String prediction, Fuel fuel) {
        String window = TextWindow.last(prediction, WINDOW);
        fuel.spend(window.length());
        List<Boxes.Box> boxes = Boxes.in(gold, fuel);
        String right = boxes.isEmpty() ? gold : boxes.get(boxes.size() - 1).content();
        fuel.spend((long) MinervaText.PASSES * (right.length() + window.length()));
        if (right.isBlank()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is empty");
        }
        String answer = lastAnswer(window);
        if (answer.isEmpty()) {
            return REWARDS.verdict(Outcome.NO_ANSWER, null, "no 'Answer:' within the last " + WINDOW + " characters");
        }
        boolean same = MinervaText.spelling(answer).equals(MinervaText.spelling(right));
        return REWARDS.compared(same, answer, "spelling after the last 'Answer:'");
    }

    private static String lastAnswer(String text) {
        for (int at = text.length() - WORD.length(); at >= 0; at--) {
            if (text.regionMatches(true, at, WORD, 0, WORD.length())) {
                String found = afterColon(text, at + WORD.length());
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return "";
    }

    private static String afterColon(String text, int from) {
        int at = skipBlanks(text, from);
        if (at == text.length() || text.charAt(at) != ':') {
            return "";
        }
        int start = skipBlanks(text, at + 1);
        int end = text.indexOf('\n', start);
        return text.substring(start, end < 0 ? text.length() : end);
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
