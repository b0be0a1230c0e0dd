package io.troupe.verifier.math;

import io.troupe.verifier.Fuel;
import java.math.BigInteger;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What random expressions look like. They are written without blanks and with only the parentheses that their value needs, so that the text is a
 * canonical key.
 *
 * @param minOperands the fewest numbers in an expression, at least 2
 * @param maxOperands the most numbers in an expression
 * @param minDigits the fewest digits of a number
 * @param maxDigits the most digits of a number
 * @param largestOperand no number is larger
 * @param operators the operators to draw from, a string of {@code + - * /}
 * @param nested whether operations may nest in parentheses; otherwise they are written in a row
 * @param lowest no value on the way to the result is lower
 * @param highest no value on the way to the result is higher
 */
public record ExpressionShape(
        int minOperands,
        int maxOperands,
        int minDigits,
        int maxDigits,
        long largestOperand,
        String operators,
        boolean nested,
        long lowest,
        long highest) {

    private static final long EVALUATION_FUEL = 100_000;
    private static final long LARGEST_QUOTIENT = 99;
    private static final int SUM = 1;
    private static final int PRODUCT = 2;
    private static final int ATOM = 3;

    /**
     * An expression and its value.
     *
     * @param text the expression
     * @param evaluation its value and the working
     */
    public record Drawn(String text, Evaluation.Value evaluation) {

        /** The value, a whole number. */
        public BigInteger value() {
            return evaluation.value().numerator();
        }
    }

    /**
     * Tries once to draw an expression. Every step of its working is a whole number within the bounds.
     *
     * @param random where to draw from
     * @return the expression; empty if the draw breaks a bound or divides with a remainder
     */
    public Optional<Drawn> draw(SplittableRandom random) {
        int operands = random.nextInt(minOperands, maxOperands + 1);
        String text = nested ? tree(random, operands).text() : row(random, operands);
        return ExpressionEvaluator.evaluate(text, new Fuel(EVALUATION_FUEL)) instanceof Evaluation.Value value
                        && value.steps().stream().allMatch(step -> within(step.result()))
                ? Optional.of(new Drawn(text, value))
                : Optional.empty();
    }

    private boolean within(Rational value) {
        return value.isInteger()
                && value.numerator().compareTo(BigInteger.valueOf(lowest)) >= 0
                && value.numerator().compareTo(BigInteger.valueOf(highest)) <= 0;
    }

    private String row(SplittableRandom random, int operands) {
        var text = new StringBuilder(Long.toString(operand(random)));
        for (int i = 1; i < operands; i++) {
            text.append(operator(random)).append(operand(random));
        }
        return text.toString();
    }

    /** A number of a uniformly drawn count of digits, so that short ones are not rare. */
    private long operand(SplittableRandom random) {
        int digits = random.nextInt(minDigits, maxDigits + 1);
        long low = 1;
        for (int i = 1; i < digits; i++) {
            low *= 10;
        }
        return random.nextLong(low, Math.min(low * 10 - 1, largestOperand) + 1);
    }

    private char operator(SplittableRandom random) {
        return operators.charAt(random.nextInt(operators.length()));
    }

    /** A random tree: an operator above two smaller trees. What is divided is a single number, made for its divisor, or few divisions would come out. */
    private Piece tree(SplittableRandom random, int operands) {
        if (operands == 1) {
            return new Piece(Long.toString(operand(random)), ATOM);
        }
        char operator = operator(random);
        if (operator == '/') {
            Piece divisor = tree(random, operands - 1);
            return dividend(random, divisor.text()).joined(operator, divisor);
        }
        int left = random.nextInt(1, operands);
        return tree(random, left).joined(operator, tree(random, operands - left));
    }

    private Piece dividend(SplittableRandom random, String divisor) {
        if (ExpressionEvaluator.evaluate(divisor, new Fuel(EVALUATION_FUEL)) instanceof Evaluation.Value value
                && within(value.value())
                && value.value().signum() > 0) {
            long unit = value.value().numerator().longValueExact();
            long most = Math.min(highest / unit, LARGEST_QUOTIENT);
            return new Piece(Long.toString(unit * random.nextLong(1, most + 1)), ATOM);
        }
        return new Piece(Long.toString(operand(random)), ATOM);
    }

    private record Piece(String text, int binding) {

        Piece joined(char operator, Piece right) {
            int own = operator == '+' || operator == '-' ? SUM : PRODUCT;
            boolean strict = operator == '-' || operator == '/';
            String first = binding < own ? "(" + text + ")" : text;
            String second =
                    right.binding < own || (strict && right.binding == own) ? "(" + right.text + ")" : right.text;
            return new Piece(first + operator + second, own);
        }
    }
}
