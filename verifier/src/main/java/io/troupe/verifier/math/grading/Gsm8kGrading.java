package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.Grader;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grade school word problems, by value: 18.00 and 18 are the same, 1,800 and 1800 too. The strict profile reads the line after the last {@code ####};
 * the flexible one the last number of the text. A line that offers two numbers is wrong. 1 or 0. Stateless.
 */
final class Gsm8kGrading implements Grader {

    /** No answer of a word problem is longer. */
    private static final int MAX_DIGITS = 400;

    private static final String MARK = "####";

    private final boolean flexible;

    Gsm8kGrading(boolean flexible) {
        this.flexible = flexible;
    }

    @Override
    public Verdict grade(String gold, String prediction, Fuel fuel) {
        @Nullable String written = PeerGsm8kGrading.goldOf(gold, fuel);
        @Nullable DecimalValue right = written == null ? null : DecimalValue.of(written);
        if (right == null) {
            return Verdict.withoutReward(
                    Outcome.UNPARSABLE_GOLD, "the gold is no number: " + TextWindow.last(gold, 80));
        }
        String text = TextWindow.of(prediction);
        return flexible ? lastNumber(text, right, fuel) : marked(text, right, fuel);
    }

    private static Verdict marked(String text, DecimalValue right, Fuel fuel) {
        fuel.spend(text.length());
        int mark = text.lastIndexOf(MARK);
        if (mark < 0) {
            return Rewards.ONE_OR_NOTHING.verdict(Outcome.NO_ANSWER, null, "no " + MARK);
        }
        int end = text.indexOf('\n', mark);
        String line = text.substring(mark + MARK.length(), end < 0 ? text.length() : end)
                .strip();
        List<String> numbers = numbers(line, fuel);
        if (numbers.isEmpty()) {
            return line.isEmpty()
                    ? Rewards.ONE_OR_NOTHING.verdict(Outcome.NO_ANSWER, null, "nothing after the last " + MARK)
                    : Rewards.ONE_OR_NOTHING.verdict(
                            Outcome.UNPARSABLE_ANSWER, line, "no number after the last " + MARK);
        }
        if (numbers.size() > 1) {
            return Rewards.ONE_OR_NOTHING.verdict(Outcome.WRONG, line, "several numbers after the last " + MARK);
        }
        return compared(numbers.get(0), right, "value after the last " + MARK);
    }

    private static Verdict lastNumber(String text, DecimalValue right, Fuel fuel) {
        List<String> numbers = numbers(text, fuel);
        return numbers.isEmpty()
                ? Rewards.ONE_OR_NOTHING.verdict(Outcome.NO_ANSWER, null, "no number")
                : compared(numbers.get(numbers.size() - 1), right, "value of the last number");
    }

    private static Verdict compared(String number, DecimalValue right, String rule) {
        @Nullable DecimalValue value = DecimalValue.of(number);
        return value == null
                ? Rewards.ONE_OR_NOTHING.verdict(Outcome.UNPARSABLE_ANSWER, number, "not a number")
                : Rewards.ONE_OR_NOTHING.compared(value.equals(right), number, rule);
    }

    private static List<String> numbers(String text, Fuel fuel) {
        List<String> numbers = new ArrayList<>();
        for (String run : FinalNumber.runs(text.replace('−', '-'), fuel)) {
            String number = trimmed(run);
            if (!number.isEmpty() && number.length() <= MAX_DIGITS) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    /** Without the points and commas of the sentence around it; empty if no digit is left. */
    private static String trimmed(String run) {
        int end = run.length();
        while (end > 0 && !FinalNumber.isDigit(run.charAt(end - 1))) {
            end--;
        }
        return run.substring(0, end);
    }
}
