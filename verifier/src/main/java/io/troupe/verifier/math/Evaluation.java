package io.troupe.verifier.math;

import java.util.List;

/** What came of evaluating an expression. */
public sealed interface Evaluation {

    /**
     * A value.
     *
     * @param value the value
     * @param steps the operations that led to it, in the order in which a reader would do them
     */
    record Value(Rational value, List<Step> steps) implements Evaluation {
        public Value {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Not an expression, or one without a value.
     *
     * @param message what is wrong, in a few words
     */
    record Failure(String message) implements Evaluation {}

    /**
     * One operation on two numbers.
     *
     * @param left the left number
     * @param operator {@code +}, {@code -}, {@code *} or {@code /}
     * @param right the right number
     * @param result their result
     */
    record Step(Rational left, char operator, Rational right, Rational result) {

        /** {@code 7+5=12}; a negative right number stands in parentheses. */
        @Override
        public String toString() {
            String second = right.signum() < 0 ? "(" + right + ")" : right.toString();
            return left.toString() + operator + second + "=" + result;
        }
    }
}
