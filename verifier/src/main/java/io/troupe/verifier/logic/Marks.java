package io.troupe.verifier.logic;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.TaggedBlock;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Verdicts with the single component {@code answer}. Pure functions, safe for any thread. */
public final class Marks {

    private static final String COMPONENT = "answer";

    private Marks() {}

    /** A right answer: 1. */
    public static Verdict right(String extracted, String rule) {
        return of(Outcome.CORRECT, 1, extracted, rule);
    }

    /** A wrong answer: 0. */
    public static Verdict wrong(String extracted, String rule) {
        return of(Outcome.WRONG, 0, extracted, rule);
    }

    /** An answer that can't be read: 0. */
    public static Verdict unreadable(String extracted, String rule) {
        return of(Outcome.UNPARSABLE_ANSWER, 0, extracted, rule);
    }

    /** A gold that can't be read. */
    public static Verdict unreadableGold(String format, String gold) {
        return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold is not " + format + ": " + gold);
    }

    /**
     * An outcome with a reward.
     *
     * @param outcome one that carries a reward
     * @param value the reward
     * @param extracted the answer as it was read, if any
     * @param rule the rule that decided
     * @return the verdict
     */
    public static Verdict of(Outcome outcome, double value, @Nullable String extracted, String rule) {
        return Verdict.of(outcome, List.of(new RewardComponent(COMPONENT, value)), extracted, rule);
    }

    /**
     * Judges the last {@code <answer>} block strictly: a missing or empty one is {@link Outcome#NO_ANSWER}, one longer than any answer need be is {@link
     * Outcome#UNPARSABLE_ANSWER}.
     *
     * @param text the policy's words
     * @param longest how many characters an answer may have
     * @param fuel pays for the characters looked at
     * @param judge judges what stands in the block
     * @return the verdict
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    public static Verdict strictly(String text, int longest, Fuel fuel, Function<String, Verdict> judge) {
        Optional<String> answer = Optional.ofNullable(TaggedBlock.last(text, "answer", fuel));
        if (answer.isEmpty()) {
            return of(Outcome.NO_ANSWER, 0, null, "no <answer>");
        }
        if (answer.get().isEmpty()) {
            return of(Outcome.NO_ANSWER, 0, null, "the answer is empty");
        }
        if (answer.get().length() > longest) {
            return unreadable(
                    answer.get().substring(0, longest), "the answer has more than " + longest + " characters");
        }
        return judge.apply(answer.get());
    }
}
