package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic as in Python, on whole numbers of 64 bits: what does not fit is an error. */
final class Operators {

    private Operators() {}

    static @Nullable Object apply(Scope scope, String operator, @Nullable Object left, @Nullable Object right) {
        for (Object operand : new @Nullable Object[] {left, right}) {
            if (operand instanceof Undefined undefined) {
                throw undefined.error();
            }
        }
        try {
            if (Values.isNumber(left) && Values.isNumber(right)) {
                return left instanceof Double || right instanceof Double || operator.equals("/")
                        ? (Object) real(operator, Values.number(left), Values.number(right))
                        : whole(operator, Values.integer(left, ""), Values.integer(right, ""));
            }
            return ofText(scope, operator, left, right);
        } catch (ArithmeticException e) {
            throw new TemplateException("a number is too great: " + shown(left) + " " + operator + " " + shown(right));
        }
    }

    private static String shown(@Nullable Object value) {
        return value instanceof Long ? value.toString() : "a value of the type " + Values.type(value);
    }

    static Object negate(@Nullable Object value) {
        long number = Values.integer(value, "what '-' negates");
        if (number == Long.MIN_VALUE) {
            throw new TemplateException("a number is too great: -(" + number + ")");
        }
        return -number;
    }

    private static Object whole(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, nonZero(right));
            case "%" -> Math.floorMod(left, nonZero(right));
            case "**" -> right < 0 ? (Object) Math.pow((double) left, (double) right) : power(left, right);
            default -> throw new TemplateException("there is no operator " + operator);
        };
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new TemplateException("division by zero");
        }
        return divisor;
    }

    private static long power(long base, long exponent) {
        if (base == 0 || base == 1) {
            return exponent == 0 ? 1 : base;
        }
        if (base == -1) {
            return exponent % 2 == 0 ? 1 : -1;
        }
        long power = 1;
        for (long i = 0; i < exponent; i++) { // ends by overflow after at most 63 rounds
            power = Math.multiplyExact(power, base);
        }
        return power;
    }

    private static double real(String operator, double left, double right) {
        if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new TemplateException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            case "**" -> Math.pow(left, right);
            default -> throw new TemplateException("there is no operator " + operator);
        };
    }

    private static Object ofText(Scope scope, String operator, @Nullable Object left, @Nullable Object right) {
        Budget budget = scope.budget();
        if (operator.equals("+") && left instanceof String one && right instanceof String other) {
            budget.text((long) one.length() + other.length());
            return one + other;
        }
        if (operator.equals("+")
                && left instanceof List<?> one
                && right instanceof List<?> other
                && Values.type(left).equals(Values.type(right))
                && !(left instanceof Sequences.Range)) {
            budget.elements((long) one.size() + other.size());
            var both = new ArrayList<@Nullable Object>(one);
            both.addAll(other);
            return left instanceof Sequences.Tuple ? new Sequences.Tuple(both) : both;
        }
        if (operator.equals("%") && left instanceof String format) {
            return PercentFormat.format(
                    budget, format, right instanceof Sequences.Tuple several ? several : oneOf(right));
        }
        if (operator.equals("*") && (left instanceof Long || right instanceof Long)) {
            Object repeated = left instanceof Long ? right : left;
            long times = Math.max(0, Values.integer(left instanceof Long ? left : right, ""));
            if (repeated instanceof String text) {
                budget.text(Math.multiplyExact(times, text.length()));
                return text.repeat((int) (text.isEmpty() ? 0 : times));
            }
            if (repeated instanceof List<?> list) {
                budget.elements(Math.multiplyExact(times, list.size()));
                var copies = new ArrayList<@Nullable Object>();
                for (long i = 0; i < (list.isEmpty() ? 0 : times); i++) {
                    copies.addAll(list);
                }
                return copies;
            }
        }
        throw new TemplateException("'" + operator + "' does not take values of the types " + Values.type(left)
                + " and " + Values.type(right));
    }

    private static List<@Nullable Object> oneOf(@Nullable Object value) {
        var one = new ArrayList<@Nullable Object>();
        one.add(value);
        return one;
    }
}
