package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.math.answer.AnswerEquality;
import io.troupe.verifier.math.answer.Decision;
import io.troupe.verifier.math.answer.Policies;
import org.jspecify.annotations.Nullable;

/**
 * The default: the answer must stand where the text says that its answer stands, and must be equal to the gold. 1 or 0. Of several answers in one place,
 * as in {@code 5 or 6}, all count: they are equal only to a gold of the same several. Stateless.
 */
final class StrictGrading implements Grader {

    private static final Rewards REWARDS = Rewards.ONE_OR_NOTHING;

    private final Policies policies = Policies.strict();

    @Override
    public Verdict grade(String gold, String prediction, Fuel fuel) {
        if (gold.isBlank()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is empty");
        }
        Reading right = Reading.ofGold(TextWindow.of(gold), fuel);
        @Nullable Verdict last = null;
        @Nullable Anchor place = null;
        for (Candidate candidate : AnswerExtraction.candidates(prediction, fuel)) {
            if (!candidate.anchor().anchored() || (place != null && place != candidate.anchor() && place.binding())) {
                break;
            }
            place = candidate.anchor();
            Reading reading = Reading.of(candidate.text(), fuel);
            Verdict verdict = verdict(right, reading, place, fuel);
            if (verdict.outcome() == Outcome.CORRECT || reading.isMathematics()) {
                return verdict;
            }
            last = last == null ? verdict : last;
        }
        if (right.answer() == null) {
            return unparsableGold(right);
        }
        return last == null ? REWARDS.verdict(Outcome.NO_ANSWER, null, "no answer in the text") : last;
    }

    private Verdict verdict(Reading right, Reading reading, Anchor place, Fuel fuel) {
        if (right.answer() == null) {
            return SameText.of(right.text(), reading.text())
                    ? REWARDS.verdict(Outcome.CORRECT, reading.text(), place.words() + ": the same text")
                    : unparsableGold(right);
        }
        if (isSameChoice(right.text(), reading.text())) {
            return REWARDS.verdict(Outcome.CORRECT, reading.text(), place.words() + ": the same choice");
        }
        if (reading.answer() == null) {
            return unread(right, reading, place);
        }
        String chosen = ChoiceLetter.content(right.text());
        if (!chosen.isEmpty() && isValueOfChoice(chosen, reading, fuel)) {
            return REWARDS.verdict(Outcome.CORRECT, reading.text(), place.words() + ": the value of the choice");
        }
        Decision decision = AnswerEquality.decide(right.answer(), reading.answer(), policies, fuel);
        String rule = place.words() + ": " + decision.rule();
        return switch (decision.result()) {
            case EQUAL -> REWARDS.verdict(Outcome.CORRECT, reading.text(), rule);
            case DIFFERENT -> different(reading, place, rule);
            case UNDECIDED -> undecided(right, reading, place, rule);
        };
    }

    private static Verdict undecided(Reading right, Reading reading, Anchor place, String rule) {
        if (SameText.of(right.text(), reading.text())) {
            return REWARDS.verdict(Outcome.CORRECT, reading.text(), place.words() + ": the same text");
        }
        return reading.words() && !right.words()
                ? different(reading, place, place.words() + ": words beside mathematics")
                : Verdict.withoutReward(Outcome.UNDECIDED, rule);
    }

    private static Verdict different(Reading reading, Anchor place, String rule) {
        boolean prose = reading.words() && (place == Anchor.WHOLE || place == Anchor.CONCLUSION);
        return prose
                ? REWARDS.verdict(Outcome.NO_ANSWER, null, "no answer in the text")
                : REWARDS.verdict(Outcome.WRONG, reading.text(), rule);
    }

    private static Verdict unread(Reading right, Reading reading, Anchor place) {
        if (SameText.of(right.text(), reading.text())) {
            return REWARDS.verdict(Outcome.CORRECT, reading.text(), place.words() + ": the same text");
        }
        if (reading.text().isBlank() || place == Anchor.WHOLE || place == Anchor.CONCLUSION) {
            return REWARDS.verdict(Outcome.NO_ANSWER, null, "no answer in the text");
        }
        return REWARDS.verdict(Outcome.UNPARSABLE_ANSWER, reading.text(), place.words() + ": " + reading.failure());
    }

    /** A gold {@code (B) 12} names a letter and what it stands for: either is the answer. */
    private boolean isValueOfChoice(String value, Reading reading, Fuel fuel) {
        Reading gold = Reading.of(value, fuel);
        return gold.isMathematics()
                && reading.isMathematics()
                && AnswerEquality.decide(gold.answer(), reading.answer(), policies, fuel)
                                .result()
                        == Decision.Result.EQUAL;
    }

    private static boolean isSameChoice(String gold, String answer) {
        char letter = ChoiceLetter.of(gold);
        return letter != ChoiceLetter.NONE
                && letter == ChoiceLetter.of(answer)
                && (ChoiceLetter.isAlone(gold) || ChoiceLetter.isAlone(answer));
    }

    private static Verdict unparsableGold(Reading right) {
        return Verdict.withoutReward(
                Outcome.UNPARSABLE_GOLD,
                "the gold '%s' can't be read: %s".formatted(TextWindow.last(right.text(), 80), right.failure()));
    }
}
