package io.troupe.policy.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tests behind {@code is}. */
final class Tests {

    private static final Map<String, Test> TESTS = new TreeMap<>();

    static {
        TESTS.put("defined", (budget, value, arguments) -> !(value instanceof Undefined));
        TESTS.put("undefined", (budget, value, arguments) -> value instanceof Undefined);
        TESTS.put("none", (budget, value, arguments) -> value == null);
        TESTS.put("boolean", (budget, value, arguments) -> value instanceof Boolean);
        TESTS.put("true", (budget, value, arguments) -> Boolean.TRUE.equals(value));
        TESTS.put("false", (budget, value, arguments) -> Boolean.FALSE.equals(value));
        TESTS.put("string", (budget, value, arguments) -> value instanceof String);
        TESTS.put("integer", (budget, value, arguments) -> value instanceof Long);
        TESTS.put("float", (budget, value, arguments) -> value instanceof Double);
        TESTS.put("number", (budget, value, arguments) -> Values.isNumber(value));
        TESTS.put("mapping", (budget, value, arguments) -> value instanceof Map);
        TESTS.put(
                "iterable",
                (budget, value, arguments) ->
                        isSequence(value) || value instanceof Sequences.Generated || value instanceof Undefined);
        TESTS.put("sequence", (budget, value, arguments) -> isSequence(value) || value instanceof Undefined);
        TESTS.put("callable", (budget, value, arguments) -> value instanceof Callable);
        TESTS.put("odd", (budget, value, arguments) -> Math.floorMod(Values.integer(value, "a number"), 2) == 1);
        TESTS.put("even", (budget, value, arguments) -> Math.floorMod(Values.integer(value, "a number"), 2) == 0);
        TESTS.put("divisibleby", Tests::isDivisible);
        TESTS.put(
                "upper",
                (budget, value, arguments) ->
                        isCased(budget, value) && text(budget, value).equals(Cases.upper(text(budget, value))));
        TESTS.put(
                "lower",
                (budget, value, arguments) ->
                        isCased(budget, value) && text(budget, value).equals(Cases.lower(text(budget, value))));
        TESTS.put("sameas", (budget, value, arguments) -> isSame(value, arguments.require(0, "other")));
        TESTS.put("escaped", (budget, value, arguments) -> false);
        TESTS.put("filter", (budget, value, arguments) -> value instanceof String name && Filters.find(name) != null);
        TESTS.put("test", (budget, value, arguments) -> value instanceof String name && TESTS.containsKey(name));
        comparison("==", "eq", "equalto");
        comparison("!=", "ne");
        comparison("<", "lt", "lessthan");
        comparison("<=", "le");
        comparison(">", "gt", "greaterthan");
        comparison(">=", "ge");
        comparison("in", "in");
    }

    private Tests() {}

    static @Nullable Test find(String name) {
        return TESTS.get(name);
    }

    private static void comparison(String operator, String... names) {
        Test test =
                (budget, value, arguments) -> Comparisons.holds(budget, operator, value, arguments.require(0, "other"));
        TESTS.put(operator, test);
        for (String name : names) {
            TESTS.put(name, test);
        }
    }

    private static boolean isSequence(@Nullable Object value) {
        return value instanceof List || value instanceof Map || value instanceof String;
    }

    private static boolean isDivisible(Budget budget, @Nullable Object value, Arguments arguments) {
        long divisor = arguments.integer(0, "num", 0);
        if (divisor == 0) {
            throw new TemplateException("nothing is divisible by zero");
        }
        return Values.integer(value, "a number") % divisor == 0;
    }

    private static boolean isSame(@Nullable Object value, @Nullable Object other) {
        boolean scalar = value instanceof Boolean || value instanceof Long || value instanceof String;
        return scalar ? value.equals(other) : value == other;
    }

    private static String text(Budget budget, @Nullable Object value) {
        budget.read(value);
        return value instanceof String text ? text : Printed.scalar(budget, value);
    }

    private static boolean isCased(Budget budget, @Nullable Object value) {
        return !Cases.upper(text(budget, value)).equals(Cases.lower(text(budget, value)));
    }
}
