package io.troupe.verifier.math;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates {@code + - * /}, parentheses and signs over whole numbers, exactly. Total: any text gives a value or a failure, within the fuel. The text is
 * only ever parsed, never run. One object evaluates one text; {@link #evaluate} is safe for any thread.
 *
 * <pre>
 * sum     = product (("+" | "-") product)*
 * product = signed (("*" | "/") signed)*
 * signed  = ("+" | "-")* atom
 * atom    = digits | "(" sum ")"
 * </pre>
 */
public final class ExpressionEvaluator {

    private static final int MAX_NESTING = 100;
    private static final int WORD_BITS = 64;
    private static final char END = '\0';

    private final String text;
    private final Fuel fuel;
    private final List<Evaluation.Step> steps = new ArrayList<>();
    private int position;
    private int nesting;

    private ExpressionEvaluator(String text, Fuel fuel) {
        this.text = text;
        this.fuel = fuel;
    }

    /**
     * Evaluates a text.
     *
     * @param text any text
     * @param fuel pays for characters and for the digits that are worked with
     * @return the value with its working, or what is wrong
     * @throws FuelExhaustedException if the text or its numbers are bigger than the fuel allows
     */
    public static Evaluation evaluate(String text, Fuel fuel) {
        var evaluator = new ExpressionEvaluator(text, fuel);
        try {
            Rational value = evaluator.sum();
            if (evaluator.peek() != END || evaluator.position < text.length()) {
                throw evaluator.unexpected();
            }
            return new Evaluation.Value(value, evaluator.steps);
        } catch (NoValueException e) {
            return new Evaluation.Failure(e.reason);
        }
    }

    private Rational sum() {
        Rational value = product();
        for (char operator = peek(); operator == '+' || operator == '-'; operator = peek()) {
            position++;
            value = apply(value, operator, product());
        }
        return value;
    }

    private Rational product() {
        Rational value = signed();
        for (char operator = peek(); operator == '*' || operator == '/'; operator = peek()) {
            position++;
            value = apply(value, operator, signed());
        }
        return value;
    }

    private Rational signed() {
        boolean negative = false;
        for (char sign = peek(); sign == '+' || sign == '-'; sign = peek()) {
            position++;
            negative ^= sign == '-';
        }
        Rational value = atom();
        return negative ? value.negated() : value;
    }

    private Rational atom() {
        char next = peek();
        if (next == '(') {
            if (++nesting > MAX_NESTING) {
                throw new NoValueException("parentheses nested more than " + MAX_NESTING + " deep");
            }
            position++;
            Rational value = sum();
            if (peek() != ')') {
                throw unexpected();
            }
            position++;
            nesting--;
            return value;
        }
        if (!isDigit(next)) {
            throw unexpected();
        }
        return number();
    }

    private Rational number() {
        int start = position;
        while (position < text.length() && isDigit(text.charAt(position))) {
            position++;
        }
        long digits = (long) position - start;
        fuel.spend(digits + digits * digits / WORD_BITS);
        return Rational.of(new BigInteger(text.substring(start, position)));
    }

    private Rational apply(Rational left, char operator, Rational right) {
        fuel.spend((1 + left.bits() / WORD_BITS) * (1 + right.bits() / WORD_BITS));
        if (operator == '/' && right.signum() == 0) {
            throw new NoValueException("division by 0");
        }
        Rational result = switch (operator) {
            case '+' -> left.plus(right);
            case '-' -> left.minus(right);
            case '*' -> left.times(right);
            default -> left.over(right);
        };
        steps.add(new Evaluation.Step(left, operator, right, result));
        return result;
    }

    /** The next character that is not a blank, which it moves to; {@link #END} at the end. The typographic signs read as the plain ones. */
    private char peek() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            fuel.spend(1);
            position++;
        }
        fuel.spend(1);
        if (position == text.length()) {
            return END;
        }
        char next = text.charAt(position);
        return switch (next) {
            case '×' -> '*';
            case '÷' -> '/';
            case '−' -> '-';
            default -> next;
        };
    }

    private NoValueException unexpected() {
        if (position == text.length()) {
            return new NoValueException(text.isBlank() ? "nothing to compute" : "the expression ends too early");
        }
        String what = new String(Character.toChars(text.codePointAt(position)));
        return new NoValueException("unexpected '" + what + "'");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Leaves the descent; never leaves this class. */
    private static final class NoValueException extends RuntimeException {
        private final String reason;

        NoValueException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
