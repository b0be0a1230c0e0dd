package io.troupe.verifier.logic.countdown;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.Marks;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.ReasoningGym;
import io.troupe.verifier.math.Evaluation;
import io.troupe.verifier.math.ExpressionEvaluator;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges expressions that must make a target: {@code strict}, exact and with every number exactly once, and the rewards of {@code tinyzero} and {@code
 * reasoning-gym}. The peers' profiles read what Python's arithmetic reads but run nothing, so that code which the peer would run is no expression.
 * Stateless.
 */
public final class CountdownGraders extends ProfiledGraders {

    static final String ID = "logic/countdown";

    private static final String GOLD_FORMAT =
            "JSON: {\"numbers\": [3, 5, 2], \"target\": 16, \"solution\": \"(3+5)*2\"}";
    private static final int LONGEST = 1_000;

    /** {@code verl/utils/reward_score/countdown.py} of TinyZero. */
    private static final double TINYZERO_FORMAT = 0.1;

    private static final double TINYZERO_TOLERANCE = 1e-5;

    /** {@code reasoning_gym/games/countdown.py}: numpy's {@code isclose} with {@code atol=1e-6} and its default {@code rtol}. */
    private static final double GYM_ABSOLUTE = 1e-6;

    private static final double GYM_RELATIVE = 1e-5;
    private static final double GYM_TRIED = 0.05;
    private static final double GYM_GARBAGE = 0.01;

    /** The graders; found by the service loader. */
    public CountdownGraders() {
        super(
                ID,
                "an expression that makes the target out of all numbers",
                GOLD_FORMAT,
                (gold, text, fuel) -> judged(gold, right -> strict(right, text, fuel)),
                Map.of(
                        TINYZERO,
                        (gold, text, fuel) -> judged(gold, right -> tinyZero(right, text, fuel)),
                        REASONING_GYM,
                        (gold, text, fuel) -> judged(gold, right -> reasoningGym(right, text, fuel))));
    }

    private static Verdict judged(String gold, Function<CountdownGold, Verdict> judge) {
        return GoldJson.read(gold, CountdownGold.class)
                .map(judge)
                .orElseGet(() -> Marks.unreadableGold(GOLD_FORMAT, gold));
    }

    /** 1 for an expression over exactly the numbers whose exact value is the target, 0 for anything else. */
    private static Verdict strict(CountdownGold right, String text, Fuel fuel) {
        return Marks.strictly(text, LONGEST, fuel, answer -> {
            if (!(ExpressionEvaluator.evaluate(answer, fuel) instanceof Evaluation.Value value)) {
                return Marks.unreadable(answer, "the answer is not an expression with a value");
            }
            if (!sorted(literals(answer)).equals(sorted(right.numbers()))) {
                return Marks.wrong(answer, "every number must be used exactly once, and no other");
            }
            return value.value().toString().equals(Integer.toString(right.target()))
                    ? Marks.right(answer, "the value is the target")
                    : Marks.wrong(answer, "the value is " + value.value());
        });
    }

    /**
     * TinyZero: the last {@code <answer>} of the last line; 1 if every number occurs exactly once and Python's value is within 1e-5 of the target, 0.1 for
     * any other answer, 0 for none.
     *
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    private static Verdict tinyZero(CountdownGold right, String text, Fuel fuel) {
        Optional<String> found = ReasoningGym.answer(text.substring(text.lastIndexOf('\n') + 1), fuel);
        if (found.isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, 0, null, "no <answer> on the last line");
        }
        String answer = found.get();
        if (answer.isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, TINYZERO_FORMAT, null, "the answer is empty");
        }
        Optional<Double> value = PythonArithmetic.distance(answer, right.target(), fuel);
        boolean all = sorted(literals(answer)).equals(sorted(right.numbers()));
        if (all && value.isPresent() && value.get() < TINYZERO_TOLERANCE) {
            return Marks.right(answer, "the value is the target");
        }
        return Marks.of(
                value.isPresent() ? Outcome.WRONG : Outcome.UNPARSABLE_ANSWER,
                TINYZERO_FORMAT,
                answer,
                all ? "the value is not the target" : "not every number is used exactly once");
    }

    /**
     * reasoning-gym: 1 if every number occurs exactly once and the value is close to the target, 0.05 for any other expression, 0.01 for anything else.
     *
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    private static Verdict reasoningGym(CountdownGold right, String text, Fuel fuel) {
        Optional<String> found = ReasoningGym.answer(text, fuel);
        if (found.isEmpty() || found.get().isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, GYM_GARBAGE, null, "no answer");
        }
        String answer = found.get();
        int comment = answer.indexOf('#');
        String expression = comment < 0 ? answer : answer.substring(0, comment);
        Optional<Double> distance = PythonArithmetic.distance(expression, right.target(), fuel);
        if (distance.isEmpty()) {
            return Marks.of(Outcome.UNPARSABLE_ANSWER, GYM_GARBAGE, answer, "not an expression with a value");
        }
        boolean all = sorted(literals(answer)).equals(sorted(right.numbers()));
        return all && distance.get() <= GYM_ABSOLUTE + GYM_RELATIVE * right.target()
                ? Marks.right(answer, "the value is close to the target")
                : Marks.of(Outcome.WRONG, GYM_TRIED, answer, "another value or other numbers");
    }

    private static List<BigInteger> sorted(List<? extends Number> numbers) {
        return numbers.stream()
                .map(number -> new BigInteger(number.toString()))
                .sorted()
                .toList();
    }

    /** The runs of digits; {@link PythonArithmetic} and the strict evaluator know no other digits than these ten. */
    private static List<BigInteger> literals(String text) {
        List<BigInteger> literals = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= text.length(); at++) {
            boolean digit = at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
            if (!digit) {
                if (at > start && at - start <= LONGEST) {
                    literals.add(new BigInteger(text.substring(start, at)));
                }
                start = at + 1;
            }
        }
        return literals;
    }
}
