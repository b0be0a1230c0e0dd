package io.troupe.verifier.logic.countdown;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Optional;

/**
 * Reads an arithmetic expression as Python does: whole numbers without bound, floating-point ones, {@code + - * / // **} and parentheses. Only parses,
 * never runs anything. What has no value, or one that is too large or not real, is empty: Python raises, or gives something that is no target. One object
 * reads one text; {@link #distance} is safe for any thread.
 *
 * <pre>
 * sum     = product (("+" | "-") product)*
 * product = signed (("*" | "/" | "//") signed)*
 * signed  = ("+" | "-")* power
 * power   = atom ["**" signed]
 * atom    = number | "(" sum ")"
 * </pre>
 */
final class PythonArithmetic {

    private static final int MAX_NESTING = 100;
    private static final int MAX_BITS = 4_096;
    private static final int WORD_BITS = 64;

    private final String text;
    private final Fuel fuel;
    private int position;
    private int nesting;

    private PythonArithmetic(String text, Fuel fuel) {
        this.text = text;
        this.fuel = fuel;
    }

    /** A number as Python has it: exact if it is whole. */
    private record Value(BigInteger whole, double real, boolean exact) {

        static Value of(BigInteger whole) {
            if (whole.bitLength() > MAX_BITS) {
                throw new NoValueException();
            }
            return new Value(whole, whole.doubleValue(), true);
        }

        static Value of(double real) {
            if (!Double.isFinite(real)) {
                throw new NoValueException();
            }
            return new Value(BigInteger.ZERO, real, false);
        }

        boolean zero() {
            return exact ? whole.signum() == 0 : real == 0;
        }
    }

    /** Leaves the descent; never leaves this class. */
    private static final class NoValueException extends RuntimeException {
        NoValueException() {
            super("no value", null, false, false);
        }
    }

    /**
     * How far an expression's value is from a target.
     *
     * @param text any text
     * @param target the target
     * @param fuel pays for characters and operations
     * @return the distance; empty if the text is no expression or has no value
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Optional<Double> distance(String text, int target, Fuel fuel) {
        var reader = new PythonArithmetic(text, fuel);
        try {
            Value value = reader.sum();
            if (reader.next() != '\0' || reader.position < text.length()) {
                return Optional.empty();
            }
            return Optional.of(
                    value.exact()
                            ? value.whole()
                                    .subtract(BigInteger.valueOf(target))
                                    .abs()
                                    .doubleValue()
                            : Math.abs(value.real() - target));
        } catch (NoValueException e) {
            return Optional.empty();
        }
    }

    private Value sum() {
        Value value = product();
        for (char operator = next(); operator == '+' || operator == '-'; operator = next()) {
            position++;
            value = apply(value, operator == '+' ? "+" : "-", product());
        }
        return value;
    }

    private Value product() {
        Value value = signed();
        while (true) {
            char operator = next();
            if (operator == '/' && text.startsWith("//", position)) {
                position += 2;
                value = apply(value, "//", signed());
            } else if (operator == '/' || operator == '*') {
                position++;
                value = apply(value, operator == '/' ? "/" : "*", signed());
            } else {
                return value;
            }
        }
    }

    private Value signed() {
        boolean negative = false;
        for (char sign = next(); sign == '+' || sign == '-'; sign = next()) {
            position++;
            negative ^= sign == '-';
        }
        Value value = power();
        if (!negative) {
            return value;
        }
        return value.exact() ? Value.of(value.whole().negate()) : Value.of(-value.real());
    }

    private Value power() {
        Value base = atom();
        if (next() == '*' && text.startsWith("**", position)) {
            position += 2;
            deeper();
            Value exponent = signed();
            nesting--;
            return apply(base, "**", exponent);
        }
        return base;
    }

    private Value atom() {
        if (next() != '(') {
            return number();
        }
        deeper();
        position++;
        Value value = sum();
        if (next() != ')') {
            throw new NoValueException();
        }
        position++;
        nesting--;
        return value;
    }

    private void deeper() {
        if (++nesting > MAX_NESTING) {
            throw new NoValueException();
        }
    }

    private Value number() {
        int start = position;
        while (isDigit(position)) {
            position++;
        }
        int whole = position - start;
        boolean fractional = position < text.length() && text.charAt(position) == '.';
        if (fractional) {
            position++;
            while (isDigit(position)) {
                position++;
            }
        }
        String literal = text.substring(start, position);
        fuel.spend(literal.length());
        if (literal.length() > MAX_BITS / 4 || literal.isEmpty() || literal.equals(".")) {
            throw new NoValueException();
        }
        if (fractional) {
            return Value.of(Double.parseDouble(literal));
        }
        boolean zeros = literal.chars().allMatch(c -> c == '0');
        if (whole > 1 && literal.startsWith("0") && !zeros) {
            throw new NoValueException();
        }
        return Value.of(new BigInteger(literal));
    }

    private Value apply(Value left, String operator, Value right) {
        fuel.spend(
                1 + (long) left.whole().bitLength() / WORD_BITS + right.whole().bitLength() / WORD_BITS);
        boolean exact = left.exact() && right.exact();
        if ((operator.equals("/") || operator.equals("//")) && right.zero()) {
            throw new NoValueException();
        }
        return switch (operator) {
            case "+" -> exact ? Value.of(left.whole().add(right.whole())) : Value.of(left.real() + right.real());
            case "-" -> exact ? Value.of(left.whole().subtract(right.whole())) : Value.of(left.real() - right.real());
            case "*" -> exact ? Value.of(left.whole().multiply(right.whole())) : Value.of(left.real() * right.real());
            case "/" -> exact ? quotient(left, right) : Value.of(left.real() / right.real());
            case "//" -> exact ? floored(left, right) : Value.of(Math.floor(left.real() / right.real()));
            default -> raised(left, right);
        };
    }

    private static Value quotient(Value left, Value right) {
        return Value.of(new BigDecimal(left.whole())
                .divide(new BigDecimal(right.whole()), MathContext.DECIMAL128)
                .doubleValue());
    }

    private static Value floored(Value left, Value right) {
        BigInteger[] parts = left.whole().divideAndRemainder(right.whole());
        boolean down =
                parts[1].signum() != 0 && parts[1].signum() != right.whole().signum();
        return Value.of(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }

    private Value raised(Value base, Value exponent) {
        if (!base.exact() || !exponent.exact() || exponent.whole().signum() < 0) {
            if (base.zero() && (exponent.real() < 0)) {
                throw new NoValueException();
            }
            return Value.of(Math.pow(base.real(), exponent.real()));
        }
        boolean small = base.whole().abs().bitLength() <= 1;
        if (!small && exponent.whole().bitLength() > 13) {
            throw new NoValueException();
        }
        if (small) {
            boolean odd = exponent.whole().testBit(0);
            boolean one = exponent.whole().signum() == 0 || base.whole().signum() > 0;
            return Value.of(one ? BigInteger.ONE : base.whole().signum() == 0 || odd ? base.whole() : BigInteger.ONE);
        }
        int times = exponent.whole().intValueExact();
        if ((long) base.whole().bitLength() * times > 2L * MAX_BITS) {
            throw new NoValueException();
        }
        fuel.spend(times);
        return Value.of(base.whole().pow(times));
    }

    private boolean isDigit(int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    /** The next character that is not a blank, which it moves to; 0 at the end. */
    private char next() {
        while (position < text.length() && " \t\f\r".indexOf(text.charAt(position)) >= 0) {
            fuel.spend(1);
            position++;
        }
        fuel.spend(1);
        return position == text.length() ? '\0' : text.charAt(position);
    }
}
