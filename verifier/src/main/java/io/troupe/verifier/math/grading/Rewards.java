package io.troupe.verifier.math.grading;

import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a profile pays.
 *
 * @param right for a right answer
 * @param otherwise for a wrong, missing or unreadable one
 */
record Rewards(double right, double otherwise) {

    /** 1 for a right answer, 0 otherwise. */
    static final Rewards ONE_OR_NOTHING = new Rewards(1, 0);

    /** A verdict with the component {@code answer}. */
    Verdict verdict(Outcome outcome, @Nullable String extracted, String rule) {
        double value = outcome == Outcome.CORRECT ? right : otherwise;
        return Verdict.of(outcome, List.of(new RewardComponent("answer", value)), extracted, rule);
    }

    /** A verdict on two texts that are the same or not. */
    Verdict compared(boolean same, String extracted, String rule) {
        return verdict(same ? Outcome.CORRECT : Outcome.WRONG, extracted, rule);
    }
}
