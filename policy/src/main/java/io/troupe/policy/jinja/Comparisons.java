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
                if (left instanceof Double || right instanceof Double) {
                    return Values.number(left) == Values.number(right);
                }
                return Values.integer(left, "") == Values.integer(right, "");
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
                return text.contains(part);
            }
            throw wanted instanceof Undefined undefined
                    ? undefined.error()
                    : new TemplateException("only a string can be in a string, not " + Values.type(wanted));
        }
        if (container instanceof Map<?, ?> map) {
            return !(wanted instanceof Undefined) && map.containsKey(Values.key(wanted));
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
            return left instanceof Double || right instanceof Double
                    ? Double.compare(Values.number(left), Values.number(right))
                    : Long.compare(Values.integer(left, ""), Values.integer(right, ""));
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
