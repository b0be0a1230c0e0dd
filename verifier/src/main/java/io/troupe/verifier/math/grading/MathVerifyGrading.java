package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.math.answer.AnswerEquality;
import io.troupe.verifier.math.answer.Decision;
import io.troupe.verifier.math.answer.Policies;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Math-Verify's reading and its leniencies: any formula, expression or number of the text may be the answer, the first readable one by priority counts;
 * decimals are rounded to six places, units and degrees dropped, letters' case ignored, a base may be left out, and a gold that
 * can't be read is compared as text. 1 or 0. The comparison itself is ours, so that it ends within its fuel. Stateless.
 */
final class MathVerifyGrading implements Grader {

    private static final Rewards REWARDS = Rewards.ONE_OR_NOTHING;
    private static final int DECIMALS = 6;

    private final Policies policies = Policies.strict()
            .withRounding(Policies.Rounding.DECIMALS, DECIMALS)
            .withUnits(Policies.Units.IGNORE)
            .withBareDegrees(true)
            .withTupleMatchesSet(true)
            .withEvaluated(Policies.Evaluated.LENIENT)
            .withBaseSubscripts(Policies.BaseSubscripts.OPTIONAL)
            .withCaseInsensitiveSymbols(true);

    @Override
    public Verdict grade(String gold, String prediction, Fuel fuel) {
        Reading right = Reading.ofGold(TextWindow.of(gold), fuel);
        if (gold.isBlank()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is empty");
        }
        @Nullable Candidate unread = null;
        for (Candidate candidate : inOrder(prediction, fuel)) {
            Reading reading = Reading.of(candidate.text(), fuel);
            String place = candidate.anchor().words();
            if (SameText.of(right.text(), reading.text())) {
                return REWARDS.verdict(Outcome.CORRECT, reading.text(), place + ": the same text");
            }
            if (reading.isMathematics() && right.answer() != null) {
                return verdict(right, reading, place, fuel);
            }
            if (right.answer() != null
                    && reading.answer() != null
                    && candidate.anchor().anchored()) {
                Verdict words = verdict(right, reading, place, fuel);
                if (words.outcome() == Outcome.CORRECT) {
                    return words;
                }
            }
            unread = unread == null ? candidate : unread;
        }
        if (right.answer() == null) {
            return Verdict.withoutReward(
                    Outcome.UNPARSABLE_GOLD,
                    "the gold '%s' can't be read: %s".formatted(TextWindow.last(right.text(), 80), right.failure()));
        }
        return unread == null || !unread.anchor().anchored() || unread.anchor() == Anchor.WHOLE
                ? REWARDS.verdict(Outcome.NO_ANSWER, null, "no answer in the text")
                : verdict(
                        right, Reading.of(unread.text(), fuel), unread.anchor().words(), fuel);
    }

    /** Its order: the whole text comes last. */
    private static List<Candidate> inOrder(String prediction, Fuel fuel) {
        List<Candidate> found = AnswerExtraction.candidates(prediction, fuel);
        var ordered = new ArrayList<Candidate>();
        found.stream().filter(candidate -> !isWhole(candidate)).forEach(ordered::add);
        found.stream().filter(MathVerifyGrading::isWhole).forEach(ordered::add);
        return ordered;
    }

    private static boolean isWhole(Candidate candidate) {
        return candidate.anchor() == Anchor.WHOLE || candidate.anchor() == Anchor.CONCLUSION;
    }

    private Verdict verdict(Reading right, Reading reading, String place, Fuel fuel) {
        if (right.answer() == null || reading.answer() == null) {
            return REWARDS.verdict(Outcome.UNPARSABLE_ANSWER, reading.text(), place + ": " + reading.failure());
        }
        Decision decision = AnswerEquality.decide(right.answer(), reading.answer(), policies, fuel);
        String rule = place + ": " + decision.rule();
        return switch (decision.result()) {
            case EQUAL -> REWARDS.verdict(Outcome.CORRECT, reading.text(), rule);
            case DIFFERENT -> REWARDS.verdict(Outcome.WRONG, reading.text(), rule);
            case UNDECIDED -> Verdict.withoutReward(Outcome.UNDECIDED, rule);
        };
    }
}
