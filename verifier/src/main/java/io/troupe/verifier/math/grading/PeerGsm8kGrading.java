package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * GSM8K as {@code verl/utils/reward_score/gsm8k.py} grades it: the number after the last {@code "#### "} within the last 300 characters, without commas,
 * compared as text: {@code 18.0} is not {@code 18}. 1 or 0. Stateless.
 */
final class PeerGsm8kGrading implements Grader {

    private static final int WINDOW = 300;

    @Override
    public Verdict grade(String gold, String prediction, Fuel fuel) {
        @Nullable String right = goldOf(gold, fuel);
        if (right == null) {
            return Verdict.withoutReward(
                    Outcome.UNPARSABLE_GOLD, "the gold is no number: " + TextWindow.last(gold, 80));
        }
        String run = FinalNumber.marked(TextWindow.last(prediction, WINDOW), fuel);
        if (run.isEmpty()) {
            return Rewards.ONE_OR_NOTHING.verdict(
                    Outcome.NO_ANSWER, null, "no '#### NUMBER' within the last " + WINDOW + " characters");
        }
        String answer = run.replace(",", "");
        return Rewards.ONE_OR_NOTHING.compared(answer.equals(right), run, "digits after the last ####");
    }

    /** The number of a gold, without commas: what follows {@code "#### "}, or all of it; null if it holds no digit. */
    static @Nullable String goldOf(String gold, Fuel fuel) {
        fuel.spend(gold.length());
        int mark = gold.lastIndexOf(FinalNumber.MARK.strip());
        String answer = (mark < 0
                        ? gold
                        : gold.substring(mark + FinalNumber.MARK.strip().length()))
                .replace(",", "")
                .replace("$", "")
                .strip();
        return answer.chars().anyMatch(c -> FinalNumber.isDigit((char) c)) ? answer : null;
    }
}
