package io.troupe.verifier.logic.countdown;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PosedPuzzle;
import io.troupe.verifier.math.Evaluation;
import io.troupe.verifier.math.ExpressionEvaluator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Numbers, a target, and one way to make it. Immutable.
 *
 * @param numbers the numbers
 * @param target what they must make
 * @param solution one way
 */
record CountdownPuzzle(List<Integer> numbers, int target, String solution) implements PosedPuzzle {

    private static final String QUESTION = "Numbers: %s. Target: %d.";
    private static final long EVALUATION_FUEL = 100_000;
    private static final long LARGEST_STEP = 10_000;

    CountdownPuzzle {
        numbers = List.copyOf(numbers);
    }

    /**
     * What puzzles of a level look like.
     *
     * @param count how many numbers
     * @param largest the largest of them
     * @param operators the operators to draw from
     * @param lowest the lowest target
     * @param highest the highest target
     */
    record Shape(int count, int largest, String operators, int lowest, int highest) {}

    /** A number on the way to the target, how it was made, and how tightly its parts hold together. */
    private record Piece(String text, long value, boolean sum) {}

    /** Joins drawn numbers in random order until one is left; empty if a step is negative, broken or large, or the target is out of bounds. */
    static Optional<CountdownPuzzle> draw(Shape shape, SplittableRandom random) {
        List<Piece> pieces = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < shape.count(); i++) {
            int number = random.nextInt(1, shape.largest() + 1);
            numbers.add(number);
            pieces.add(new Piece(Integer.toString(number), number, false));
        }
        while (pieces.size() > 1) {
            Piece left = pieces.remove(random.nextInt(pieces.size()));
            Piece right = pieces.remove(random.nextInt(pieces.size()));
            char operator =
                    shape.operators().charAt(random.nextInt(shape.operators().length()));
            Optional<Piece> joined = join(left, operator, right);
            if (joined.isEmpty()) {
                return Optional.empty();
            }
            pieces.add(joined.get());
        }
        long target = pieces.get(0).value();
        return target >= shape.lowest() && target <= shape.highest()
                ? Optional.of(
                        new CountdownPuzzle(numbers, (int) target, pieces.get(0).text()))
                : Optional.empty();
    }

    private static Optional<Piece> join(Piece left, char operator, Piece right) {
        long value;
        switch (operator) {
            case '+' -> value = left.value() + right.value();
            case '-' -> value = left.value() - right.value();
            case '*' -> value = left.value() * right.value();
            default -> value = left.value() % right.value() == 0 ? left.value() / right.value() : 0;
        }
        if (value <= 0 || value > LARGEST_STEP) {
            return Optional.empty();
        }
        boolean sum = operator == '+' || operator == '-';
        String first = left.sum() && !sum ? "(" + left.text() + ")" : left.text();
        boolean plain = right.text().chars().allMatch(Character::isDigit) || (operator == '+' && sum);
        String second = plain ? right.text() : "(" + right.text() + ")";
        return Optional.of(new Piece(first + operator + second, value, sum));
    }

    /** The same numbers in another order. */
    CountdownPuzzle shuffled(SplittableRandom random) {
        List<Integer> shuffled = new ArrayList<>(numbers);
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        return new CountdownPuzzle(shuffled, target, solution);
    }

    /** The numbers in order of size, and the target. */
    String key() {
        return numbers.stream().sorted().map(String::valueOf).collect(Collectors.joining(",")) + "=" + target;
    }

    @Override
    public String question() {
        return QUESTION.formatted(numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")), target);
    }

    @Override
    public String gold() {
        return GoldJson.write(new CountdownGold(numbers, target, solution));
    }

    /** The steps of the solution: {@code 3+5=8, 8*2=16}. */
    @Override
    public String sound() {
        if (ExpressionEvaluator.evaluate(solution, new Fuel(EVALUATION_FUEL)) instanceof Evaluation.Value value) {
            return value.steps().stream().map(Evaluation.Step::toString).collect(Collectors.joining(", ")) + "\n"
                    + answer(solution);
        }
        throw new IllegalStateException("not an expression: " + solution);
    }

    /** All numbers in a row, joined by whatever does not make the target: not all of + and - and * can. */
    @Override
    public String hasty(SplittableRandom random) {
        List<String> operators = new ArrayList<>(List.of("+", "-", "*"));
        Collections.shuffle(operators, new Random(random.nextLong()));
        for (String operator : operators) {
            String guess = numbers.stream().map(String::valueOf).collect(Collectors.joining(operator));
            if (ExpressionEvaluator.evaluate(guess, new Fuel(EVALUATION_FUEL)) instanceof Evaluation.Value value
                    && !value.value().toString().equals(Integer.toString(target))) {
                return "Just a guess.\n" + answer(guess);
            }
        }
        throw new IllegalStateException("sum, difference and product of " + numbers + " are all " + target);
    }

    private static String answer(String expression) {
        return "<answer>" + expression + "</answer>";
    }
}
