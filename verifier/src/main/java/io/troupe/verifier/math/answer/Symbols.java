package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Range;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The letters of an expression: which there are, which run over whole numbers, and whether complex numbers or unevaluated pieces occur. */
final class Symbols {

    private static final Set<String> WHOLE = Set.of("factorial", "doublefactorial", "binom", "gcd", "lcm", "mod");
    private static final Set<String> COMPUTED = Set.of(
            "factorial",
            "doublefactorial",
            "binom",
            "gcd",
            "lcm",
            "mod",
            "floor",
            "ceil",
            "log",
            "max",
            "min",
            "det",
            "norm");
    private static final NumericFunctions<DoubleBalls.Ball> KNOWN = new NumericFunctions<>(new DoubleBalls());

    final SortedSet<String> all = new TreeSet<>();
    final SortedSet<String> whole = new TreeSet<>();
    final SortedSet<String> unevaluated = new TreeSet<>();
    boolean imaginary;
    boolean bareLogarithm;

    private final Policies policies;
    private final Fuel fuel;

    Symbols(Policies policies, Fuel fuel) {
        this.policies = policies;
        this.fuel = fuel;
    }

    /** The expression with unknown functions as letters, and with letters in one case if case doesn't count. Notes what it meets. */
    Expression prepared(Expression expression) {
        return prepared(expression, false);
    }

    private Expression prepared(Expression expression, boolean insideWhole) {
        fuel.spend(1);
        if (expression == Constant.I) {
            imaginary = true;
        }
        if (expression instanceof Symbol symbol) {
            String name = policies.caseInsensitiveSymbols() ? symbol.name().toLowerCase(Locale.ROOT) : symbol.name();
            return noted(name, insideWhole);
        }
        if (expression instanceof Function function) {
            if (!isComputed(function)) {
                String key = CanonicalKey.of(function, policies, fuel);
                if (function.name().startsWith("int")
                        || function.name().startsWith("lim")
                        || function.name().equals("sup")) {
                    unevaluated.add(key);
                }
                return noted("?" + key, false);
            }
            bareLogarithm |=
                    function.name().equals("log") && function.arguments().size() == 1;
        }
        if (expression instanceof Range range) {
            Expression rewritten = Rewriting.parts(range, part -> prepared(part, part != range.body()));
            all.remove(range.index().name());
            return rewritten;
        }
        boolean wholeParts =
                insideWhole || (expression instanceof Function function && WHOLE.contains(function.name()));
        return Rewriting.parts(expression, part -> prepared(part, wholeParts));
    }

    private static boolean isComputed(Function function) {
        return COMPUTED.contains(function.name())
                || (function.name().equals("ratio") && function.arguments().size() == 2)
                || (function.arguments().size() == 1 && KNOWN.knows(function.name()));
    }

    private Expression noted(String name, boolean isWhole) {
        all.add(name);
        if (isWhole) {
            whole.add(name);
        }
        return new Symbol(name);
    }
}
