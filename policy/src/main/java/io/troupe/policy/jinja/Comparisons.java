package io.troupe.policy.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Equality, order and membership as in Python: true is 1, strings are in the order of their code points. */
final class Comparisons {

    private Comparisons() {}

    static boolean holds(Budget budget, String operator, @Nullable Object left, @Nullable Object right) {
        return switch (operator) {
            case "==" -> equal(budget, left, right);
            case "!=" -> !equal(budget, left, right);
            case "in" -> contains(budget, right, left);
            case "not in" -> !contains(budget, right, left);
            case "<" -> compare(budget, left, right) < 0;
            case "<=" -> compare(budget, left, right) <= 0;
            case ">" -> compare(budget, left, right) > 0;
            case ">=" -> compare(budget, left, right) >= 0;
            default -> throw new TemplateException("there is no comparison " + operator);
        };
    }

    static boolean equal(Budget budget, @Nullable Object left, @Nullable Object right) {
        budget.enter();
        try {
            if (Values.isNumber(left) && Values.isNumber(right)) {
                return (left instanceof Double one && right instanceof Double other)
                        ? (double) one == other
                        : compareNumbers(left, right) == 0;
            }
            if (left instanceof String text) {
                budget.text(text.length());
                return text.equals(right);
            }
            if (left instanceof List<?> one && right instanceof List<?> other) {
                return (left instanceof Sequences.Tuple) == (right instanceof Sequences.Tuple)
                        && equal(budget, one, other);
            }
            if (left instanceof Map<?, ?> one && right instanceof Map<?, ?> other) {
                return equal(budget, one, other);
            }
            if (left instanceof Undefined || left == null) {
                return left == null ? right == null : right instanceof Undefined;
            }
            return left == right;
        } finally {
            budget.leave();
        }
    }

    private static boolean equal(Budget budget, List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!equal(budget, one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Budget budget, Map<?, ?> one, Map<?, ?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : one.entrySet()) {
            budget.read(entry.getKey());
            if (!other.containsKey(entry.getKey()) || !equal(budget, entry.getValue(), other.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    static boolean contains(Budget budget, @Nullable Object container, @Nullable Object wanted) {
        if (container instanceof String text) {
            if (wanted instanceof String part) {
                budget.text(text.length());
                return new Search(budget, part, false).first(text, 0) >= 0;
            }
            throw wanted instanceof Undefined undefined
                    ? undefined.error()
                    : new TemplateException("only a string can be in a string, not " + Values.type(wanted));
        }
        if (container instanceof Map<?, ?> map) {
            return !(wanted instanceof Undefined) && map.containsKey(Values.key(budget, wanted));
        }
        for (Object item : Values.iterate(budget, container)) {
            if (equal(budget, item, wanted)) {
                return true;
            }
        }
        return false;
    }

    static int compare(Budget budget, @Nullable Object left, @Nullable Object right) {
        budget.spend(1);
        if (Values.isNumber(left) && Values.isNumber(right)) {
            return compareNumbers(left, right);
        }
        if (left instanceof String one && right instanceof String other) {
            budget.text(Math.min(one.length(), other.length()));
            return codePointOrder(one, other);
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            budget.enter();
            int order = compare(budget, one, other);
            budget.leave();
            return order;
        }
        for (Object operand : new @Nullable Object[] {left, right}) {
            if (operand instanceof Undefined undefined) {
                throw undefined.error();
            }
        }
        throw new TemplateException(
                "values of the types " + Values.type(left) + " and " + Values.type(right) + " have no order");
    }

    /** Exact, so that it is an order: rounded to one of 64 bits, two whole numbers could equal a third that lies between them. */
    private static int compareNumbers(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Double one && right instanceof Double other) {
            return one == 0 && other == 0 ? 0 : Double.compare(one, other);
        }
        if (left instanceof Double one) {
            return -compare(Values.integer(right, ""), one);
        }
        long whole = Values.integer(left, "");
        return right instanceof Double other ? compare(whole, other) : Long.compare(whole, Values.integer(right, ""));
    }

    private static int compare(long whole, double real) {
        if (Double.isNaN(real) || Math.abs(real) >= 0x1p63) {
            return real == -0x1p63 ? Long.compare(whole, Long.MIN_VALUE) : real < 0 ? 1 : -1;
        }
        int order = Long.compare(whole, (long) real);
        return order == 0 ? Double.compare(0, real - (long) real + 0.0) : order;
    }

    private static int compare(Budget budget, List<?> one, List<?> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            if (!equal(budget, one.get(i), other.get(i))) {
                return compare(budget, one.get(i), other.get(i));
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int codePointOrder(String one, String other) {
        int end = Math.min(one.length(), other.length());
        for (int i = 0; i < end; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
                return surrogates ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
