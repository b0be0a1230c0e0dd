package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template computes with: null, Boolean, Long, Double, String, List, Map, and this package's {@link Undefined}, {@link Namespace}, {@link Callable}
 * and {@link Sequences.Generated}.
 */
final class Values {

    private static final int MAX_DEPTH = 100;
    private static final int SHORT = 40;

    private Values() {}

    /** A caller's value as one of a template's. */
    static @Nullable Object plain(@Nullable Object value) {
        return plain(value, 0);
    }

    private static @Nullable Object plain(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateException("a variable is nested more than " + MAX_DEPTH + " deep");
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof List<?> list) {
            var copy = new ArrayList<@Nullable Object>(list.size());
            list.forEach(item -> copy.add(plain(item, depth + 1)));
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            map.forEach((key, item) -> copy.put(plain(key, depth + 1), plain(item, depth + 1)));
            return copy;
        }
        if (value == null
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof Double
                || value instanceof String) {
            return value;
        }
        throw new TemplateException("a variable cannot be a " + value.getClass().getName());
    }

    static boolean isTrue(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Long number) {
            return number != 0;
        }
        if (value instanceof Double number) {
            return number != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return value != null && !(value instanceof Undefined);
    }

    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /** A whole number; true and false are 1 and 0. */
    static long integer(@Nullable Object value, String what) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw new TemplateException(what + " must be a whole number, not " + type(value));
    }

    static double number(@Nullable Object value) {
        return value instanceof Double number ? number : integer(value, "a number");
    }

    /** The type's name in Python. */
    static String type(@Nullable Object value) {
        if (value == null) {
            return "NoneType";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Long) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value instanceof String) {
            return "str";
        }
        if (value instanceof Sequences.Tuple) {
            return "tuple";
        }
        if (value instanceof List) {
            return value instanceof Sequences.Range ? "range" : "list";
        }
        if (value instanceof Map) {
            return "dict";
        }
        return value instanceof Undefined ? "undefined" : value instanceof Callable ? "function" : "object";
    }

    /** What a loop or filter goes through. */
    static List<@Nullable Object> iterate(Budget budget, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return unchecked(list);
        }
        if (value instanceof Map<?, ?> map) {
            budget.elements(map.size());
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof Sequences.Generated generated) {
            return generated.items();
        }
        if (value instanceof String text) {
            budget.elements(text.length());
            var characters = new ArrayList<@Nullable Object>(text.length());
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        throw new TemplateException("a value of the type " + type(value) + " cannot be iterated");
    }

    @SuppressWarnings("unchecked") // lists are only read
    static List<@Nullable Object> unchecked(List<?> list) {
        return (List<@Nullable Object>) list;
    }

    /** How many elements or characters a value has. */
    static long length(Budget budget, @Nullable Object value) {
        if (value instanceof String text) {
            budget.read(text);
            return text.codePointCount(0, text.length());
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw new TemplateException("a value of the type " + type(value) + " has no length");
    }

    /** A value as a map's key: a whole number is the same key however it is written. */
    static @Nullable Object key(Budget budget, @Nullable Object value) {
        budget.read(value);
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e18) {
            return number.longValue();
        }
        if (value == null || value instanceof String || isNumber(value)) {
            return value;
        }
        throw new TemplateException("a value of the type " + type(value) + " cannot be a key");
    }

    static String shorten(String text) {
        return text.length() <= SHORT ? text : text.substring(0, SHORT) + "…";
    }
}
