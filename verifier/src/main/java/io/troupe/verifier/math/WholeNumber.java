package io.troupe.verifier.math;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Verdict;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers that are whole numbers: read exactly, judged by value. Pure functions, safe for any thread. */
public final class WholeNumber {

    private static final int WORD_BITS = 64;
    private static final Pattern PLAIN = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern GROUPED = Pattern.compile("[+-]?[0-9]{1,3}(?:,[0-9]{3})++");

    private WholeNumber() {}

    /**
     * Reads a number: digits, plain or with a comma before every three, after an optional sign. An expression is not a number: an answer must be worked
     * out.
     *
     * @param text what is to be read, white space at its ends aside
     * @param fuel pays for the digits
     * @return the number; empty if the text is anything else
     * @throws FuelExhaustedException if there are more digits than the fuel allows
     */
    public static Optional<BigInteger> parse(String text, Fuel fuel) {
        long length = text.length();
        fuel.spend(length + length * length / WORD_BITS);
        String trimmed = text.strip().replace('−', '-');
        if (PLAIN.matcher(trimmed).matches()) {
            return Optional.of(new BigInteger(trimmed));
        }
        if (GROUPED.matcher(trimmed).matches()) {
            return Optional.of(new BigInteger(trimmed.replace(",", "")));
        }
        return Optional.empty();
    }

    /**
     * Judges an answer: 1 for the right number, 0 otherwise, as the component {@code answer}.
     *
     * @param extracted what stood where the answer belongs; null if there was no such place
     * @param gold the right number
     * @param fuel pays for the reading
     * @return the verdict
     * @throws FuelExhaustedException if the answer has more digits than the fuel allows
     */
    public static Verdict judge(@Nullable String extracted, String gold, Fuel fuel) {
        Optional<BigInteger> right = parse(gold, fuel);
        if (right.isEmpty()) {
            return Verdict.withoutReward(Outcome.UNPARSABLE_GOLD, "the gold '" + gold + "' is not a whole number");
        }
        if (extracted == null || extracted.isEmpty()) {
            return rewarding(Outcome.NO_ANSWER, null, "no <answer>");
        }
        Optional<BigInteger> answer = parse(extracted, fuel);
        if (answer.isEmpty()) {
            return rewarding(Outcome.UNPARSABLE_ANSWER, extracted, "the answer is not a whole number");
        }
        return answer.equals(right)
                ? rewarding(Outcome.CORRECT, extracted, "the same number")
                : rewarding(Outcome.WRONG, extracted, "another number");
    }

    /** A verdict with the component {@code answer}: 1 if correct, 0 otherwise. */
    public static Verdict rewarding(Outcome outcome, @Nullable String extracted, String rule) {
        double value = outcome == Outcome.CORRECT ? 1 : 0;
        return Verdict.of(outcome, List.of(new RewardComponent("answer", value)), extracted, rule);
    }
}
