package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * The reward of MATH's graders (also {@code verl/utils/reward_score/math_reward.py} and lm-eval): the last box of the text, compared by spelling alone.
 * 1 if the spellings are the same, 0 otherwise. Stateless.
 */
final class HendrycksGrading implements Grader {

    /** The replacements pass over a text about so many times. */
    private static final int PASSES = 20;

    @Override
    public Verdict grade(String gold, String prediction, Fuel fuel) {
        List<Boxes.Box> boxes = Boxes.in(TextWindow.of(prediction), fuel);
        List<Boxes.Box> goldBoxes = Boxes.in(gold, fuel);
        String right =
                goldBoxes.isEmpty() ? gold : goldBoxes.get(goldBoxes.size() - 1).content();
        if (right.isBlank()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is empty");
        }
        if (boxes.isEmpty()) {
            return Rewards.ONE_OR_NOTHING.verdict(Outcome.NO_ANSWER, null, "no \\boxed{}");
        }
        String answer = boxes.get(boxes.size() - 1).content();
        fuel.spend((long) PASSES * (answer.length() + right.length()));
        return Rewards.ONE_OR_NOTHING.compared(same(right, answer), answer, "spelling of the last box");
    }

    private static boolean same(String gold, String answer) {
        Optional<String> left = HendrycksText.spelling(gold);
        Optional<String> right = HendrycksText.spelling(answer);
        return (left.isPresent() && right.isPresent()) ? left.equals(right) : gold.equals(answer);
    }
}
