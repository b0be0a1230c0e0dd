package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a function is applied to: brackets, or the factors that follow up to the next sign. */
final class Functions {

    private static final Set<String> LISTS = Set.of("gcd", "lcm", "max", "min", "binom");

    private final Grammar grammar;
    private final Cursor cursor;
    private final Products products;
    private final Atoms atoms;

    Functions(Grammar grammar, Products products, Atoms atoms) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.products = products;
        this.atoms = atoms;
    }

    /** The function whose name stands in {@code \text{...}}. */
    Optional<String> named(Token token) {
        String name = token.text().strip();
        return name.length() > 1 && !name.equals("deg") && !name.equals("min") && !name.equals("sec")
                ? FunctionNames.function(name)
                : Optional.empty();
    }

    /** After the name: index, power, argument. */
    Expression apply(String function, String written) throws AnswerSyntaxException {
        cursor.enter();
        try {
            if (function.equals("sqrt") || function.equals("cbrt")) {
                Expression radicand = radicand();
                return new Root(radicand, Num.of(function.equals("sqrt") ? 2 : 3));
            }
            Expression base = null;
            Expression power = null;
            for (int count = 0; count < 2; count++) {
                if (base == null && cursor.takeSign("_")) {
                    base = index();
                } else if (power == null && cursor.takeSign("^")) {
                    power = cursor.peek().isSign("{") ? atoms.group() : signedAtom();
                }
            }
            return applied(function, written, base, power);
        } finally {
            cursor.leave();
        }
    }

    private Expression radicand() throws AnswerSyntaxException {
        return cursor.peek().isSign("{") ? atoms.group() : atoms.atom();
    }

    private Expression signedAtom() throws AnswerSyntaxException {
        if (cursor.takeSign("-")) {
            return new Negation(atoms.argument());
        }
        return atoms.argument();
    }

    /** {@code \log_28} is the logarithm of 8 to the base 2. */
    private Expression index() throws AnswerSyntaxException {
        Token token = cursor.peek();
        Token next = cursor.peek(1);
        boolean another = next.kind() == Token.Kind.NUMBER
                || next.kind() == Token.Kind.WORD
                || (next.kind() == Token.Kind.COMMAND
                        && !next.text().equals("cdot")
                        && !next.text().equals("times"))
                || next.isSign("(")
                || next.isSign("{")
                || next.isSign("^");
        if (token.kind() == Token.Kind.NUMBER && (another || token.text().length() == 1)) {
            cursor.take();
            return token.number() == null ? NumberReader.whole(token.text()) : token.number();
        }
        return atoms.argument();
    }

    private Expression applied(String function, String written, @Nullable Expression base, @Nullable Expression power)
            throws AnswerSyntaxException {
        boolean inverse = (power instanceof Num num && num.value().equals(Unit.ONE.negated()))
                || (power instanceof Negation negation
                        && negation.operand() instanceof Num one
                        && one.value().equals(Unit.ONE));
        Optional<String> inverted = inverse ? FunctionNames.inverse(function) : Optional.empty();
        List<Expression> arguments = arguments(LISTS.contains(function));
        if (arguments.size() > 1 && !LISTS.contains(function) && !function.equals("log")) {
            throw cursor.error(written + " of " + arguments.size() + " arguments");
        }
        Expression value = switch (function) {
            case "ln" -> Function.of("ln", arguments.get(0));
            case "lg" -> Function.of("log", arguments.get(0), base == null ? Num.of(10) : base);
            case "log" -> logarithm(arguments, base);
            case "exp" -> new Power(Constant.E, arguments.get(0));
            case "factorial" -> Function.of("factorial", arguments.get(0));
            default -> new Function(inverted.orElse(function), arguments);
        };
        if (base != null && !function.equals("log") && !function.equals("lg")) {
            value = Function.of(function + "_", value, base);
        }
        return power == null || inverted.isPresent() ? value : new Power(value, power);
    }

    private static Expression logarithm(List<Expression> arguments, @Nullable Expression base) {
        if (base != null) {
            return Function.of("log", arguments.get(0), base);
        }
        return new Function("log", arguments);
    }

    private List<Expression> arguments(boolean many) throws AnswerSyntaxException {
        Token token = cursor.peek();
        if (token.isSign("(") || token.isSign("[")) {
            return bracketed();
        }
        if (token.isSign("{")) {
            Expression group = atoms.group();
            return group instanceof Expression.FiniteSet set && many ? set.elements() : List.of(group);
        }
        if (token.isCommand("{") && many) {
            Expression set = atoms.atom();
            return set.parts().isEmpty() ? List.of(set) : set.parts();
        }
        return List.of(juxtaposed());
    }

    /** The list between round or square brackets. */
    List<Expression> bracketed() throws AnswerSyntaxException {
        String close = cursor.take().isSign("(") ? ")" : "]";
        int bars = cursor.exchangeBars(0);
        List<Expression> entries = Atoms.entries(grammar.listing());
        cursor.exchangeBars(bars);
        cursor.expectSign(close);
        return entries;
    }

    /** {@code \sin 2x}: factors up to a sign, a bracket or another function. */
    private Expression juxtaposed() throws AnswerSyntaxException {
        boolean negative = cursor.takeSign("-");
        List<Expression> factors = new ArrayList<>();
        boolean circle = cursor.peek().isCommand("pi");
        factors.add(products.factor());
        while (continues()) {
            circle |= cursor.peek().isCommand("pi");
            factors.add(products.factor());
        }
        Expression argument = factors.size() == 1 ? factors.get(0) : new Product(factors);
        if (circle && cursor.peek().isSign("/") && cursor.peek(1).kind() == Token.Kind.NUMBER) {
            cursor.take();
            argument = new Quotient(argument, products.factor());
        }
        return negative ? new Negation(argument) : argument;
    }

    private boolean continues() {
        Token token = cursor.peek();
        boolean function = (token.kind() == Token.Kind.COMMAND || token.kind() == Token.Kind.WORD)
                && FunctionNames.isName(token.text())
                && !token.isCommand("sqrt");
        return !function
                && !token.isSign("(")
                && !token.isSign("[")
                && !token.isSign("|")
                && token.kind() != Token.Kind.TEXT
                && atoms.startsHere();
    }
}
