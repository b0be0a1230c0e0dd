package io.troupe.verifier.math.answer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The names of functions, constants and words that are read as one piece. */
final class FunctionNames {

    /** Every spelling of a function of one argument or a list, and the name that it has in an {@link Expression.Function}. */
    private static final Map<String, String> FUNCTIONS = Map.ofEntries(
            Map.entry("sin", "sin"),
            Map.entry("cos", "cos"),
            Map.entry("tan", "tan"),
            Map.entry("tg", "tan"),
            Map.entry("cot", "cot"),
            Map.entry("ctg", "cot"),
            Map.entry("cotg", "cot"),
            Map.entry("sec", "sec"),
            Map.entry("csc", "csc"),
            Map.entry("cosec", "csc"),
            Map.entry("arcsin", "asin"),
            Map.entry("asin", "asin"),
            Map.entry("arccos", "acos"),
            Map.entry("acos", "acos"),
            Map.entry("arctan", "atan"),
            Map.entry("atan", "atan"),
            Map.entry("arctg", "atan"),
            Map.entry("arccot", "acot"),
            Map.entry("acot", "acot"),
            Map.entry("arcsec", "asec"),
            Map.entry("arccsc", "acsc"),
            Map.entry("sinh", "sinh"),
            Map.entry("cosh", "cosh"),
            Map.entry("tanh", "tanh"),
            Map.entry("coth", "coth"),
            Map.entry("sech", "sech"),
            Map.entry("csch", "csch"),
            Map.entry("arcsinh", "asinh"),
            Map.entry("arsinh", "asinh"),
            Map.entry("asinh", "asinh"),
            Map.entry("arccosh", "acosh"),
            Map.entry("arcosh", "acosh"),
            Map.entry("acosh", "acosh"),
            Map.entry("arctanh", "atanh"),
            Map.entry("artanh", "atanh"),
            Map.entry("atanh", "atanh"),
            Map.entry("log", "log"),
            Map.entry("ln", "ln"),
            Map.entry("lg", "lg"),
            Map.entry("exp", "exp"),
            Map.entry("abs", "abs"),
            Map.entry("floor", "floor"),
            Map.entry("ceil", "ceil"),
            Map.entry("gcd", "gcd"),
            Map.entry("lcm", "lcm"),
            Map.entry("max", "max"),
            Map.entry("min", "min"),
            Map.entry("det", "det"),
            Map.entry("sgn", "sgn"),
            Map.entry("sign", "sgn"),
            Map.entry("sqrt", "sqrt"),
            Map.entry("cbrt", "cbrt"),
            Map.entry("binom", "binom"),
            Map.entry("Re", "re"),
            Map.entry("Im", "im"),
            Map.entry("arg", "arg"),
            Map.entry("cis", "cis"),
            Map.entry("deg", "deg"),
            Map.entry("rank", "rank"),
            Map.entry("dim", "dim"),
            Map.entry("ker", "ker"),
            Map.entry("factorial", "factorial"),
            Map.entry("hcf", "gcd"),
            Map.entry("comb", "binom"));

    private static final Map<String, String> INVERSES = Map.of(
            "sin", "asin", "cos", "acos", "tan", "atan", "cot", "acot", "sec", "asec", "csc", "acsc", "sinh", "asinh",
            "cosh", "acosh", "tanh", "atanh");

    private static final Set<String> POWERED = Set.of(
            "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "log", "ln", "lg",
            "asin", "acos", "atan");

    private static final Map<String, Expression> CONSTANTS = Map.ofEntries(
            Map.entry("pi", Expression.Constant.PI), Map.entry("Pi", Expression.Constant.PI),
            Map.entry("e", Expression.Constant.E), Map.entry("i", Expression.Constant.I),
            Map.entry("inf", Expression.Constant.INFINITY), Map.entry("infinity", Expression.Constant.INFINITY),
            Map.entry("Infinity", Expression.Constant.INFINITY), Map.entry("infty", Expression.Constant.INFINITY),
            Map.entry("oo", Expression.Constant.INFINITY), Map.entry("emptyset", Expression.NamedSet.EMPTY),
            Map.entry("varnothing", Expression.NamedSet.EMPTY), Map.entry("R", new Expression.Symbol("R")));

    /** Short words that are never products of letters. */
    private static final Set<String> WORDS = Set.of(
            "no", "yes", "odd", "all", "dne", "DNE", "not", "any", "none", "true", "even", "one", "two", "six", "ten",
            "is", "an", "the", "red", "blue", "A", "if", "for", "NO", "YES", "No", "Yes", "None", "All", "of", "to",
            "are");

    private FunctionNames() {}

    static boolean isName(String word) {
        return FUNCTIONS.containsKey(word);
    }

    static Optional<String> function(String word) {
        return Optional.ofNullable(FUNCTIONS.get(word));
    }

    static Optional<String> inverse(String name) {
        return Optional.ofNullable(INVERSES.get(name));
    }

    static boolean mayBePowered(String name) {
        return POWERED.contains(name);
    }

    static Optional<Expression> constant(String word) {
        return Optional.ofNullable(CONSTANTS.get(word));
    }

    /** Whether letters that stand together are a word and no product. */
    static boolean isWord(String letters) {
        return letters.length() >= 4 || (letters.length() > 1 && WORDS.contains(letters));
    }
}
