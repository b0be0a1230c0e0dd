package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.NamedSet;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Range;
import io.troupe.verifier.math.answer.Expression.Root;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.Optional;
import java.util.Set;

/** Reads what starts with a LaTeX command. */
final class Commands {

    /** Commands that stand between values or close them. */
    private static final Set<String> NO_START = Set.of(
            "lt",
            "gt",
            "le",
            "leq",
            "leqslant",
            "leqq",
            "ge",
            "geq",
            "geqslant",
            "geqq",
            "ne",
            "neq",
            "not",
            "approx",
            "simeq",
            "doteq",
            "equiv",
            "cong",
            "in",
            "notin",
            "subset",
            "subseteq",
            "sim",
            "propto",
            "to",
            "rightarrow",
            "longrightarrow",
            "mapsto",
            "Rightarrow",
            "implies",
            "iff",
            "Leftrightarrow",
            "cup",
            "bigcup",
            "cap",
            "bigcap",
            "setminus",
            "backslash",
            "smallsetminus",
            "pm",
            "mp",
            "times",
            "cdot",
            "ast",
            "bullet",
            "div",
            "slash",
            "bmod",
            "mod",
            "pmod",
            "}",
            "rfloor",
            "rceil",
            "rangle",
            "rvert",
            "rVert",
            "mid",
            "\\",
            "end",
            "choose",
            "over",
            "land",
            "lor",
            "wedge",
            "vee",
            "$",
            "circ",
            "degree",
            "prime",
            "vert",
            "Vert",
            "because",
            "therefore",
            "cdotp",
            "colon",
            "item",
            "par");

    private static final Set<String> ACCENTS = Set.of(
            "overline",
            "bar",
            "vec",
            "hat",
            "tilde",
            "widehat",
            "widetilde",
            "overrightarrow",
            "overleftrightarrow",
            "underline",
            "overset",
            "mathring",
            "overarc",
            "wideparen",
            "dot",
            "ddot");

    private final Grammar grammar;
    private final Cursor cursor;
    private final Atoms atoms;
    private final Brackets brackets;
    private final Environments environments;

    Commands(Grammar grammar, Atoms atoms, Brackets brackets) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.atoms = atoms;
        this.brackets = brackets;
        this.environments = new Environments(grammar);
    }

    boolean starts(String name) {
        return !NO_START.contains(name) && !(name.equals("|") && cursor.barsSeparate());
    }

    Expression read() throws AnswerSyntaxException {
        Token token = cursor.peek();
        String name = token.text();
        if (name.equals("$")) {
            return money("dollar");
        }
        if (!starts(name)) {
            throw cursor.unexpected();
        }
        if (brackets.opensWith(name)) {
            return brackets.readCommand();
        }
        cursor.take();
        if ((name.equals("min") || name.equals("max")) && cursor.peek().isSign("=")) {
            return new Symbol("\\" + name);
        }
        if (FunctionNames.isName(name) && !name.equals("sqrt") && !name.equals("binom")) {
            return atoms.functions.apply(FunctionNames.function(name).orElseThrow(), name);
        }
        Optional<Expression> constant = name.length() > 1 ? FunctionNames.constant(name) : Optional.empty();
        if (constant.isPresent()) {
            return constant.get();
        }
        return name.startsWith("frac") && name.indexOf('/') > 0 ? Atoms.half(name.substring(4)) : structure(name);
    }

    private Expression structure(String name) throws AnswerSyntaxException {
        return switch (name) {
            case "frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac" ->
                new Quotient(atoms.argument(), atoms.argument());
            case "sqrt" -> root();
            case "binom", "dbinom", "tbinom" -> Function.of("binom", atoms.argument(), atoms.argument());
            case "boxed", "fbox", "mathop", "mathord", "ensuremath", "cancel", "bcancel", "mathstrut" ->
                atoms.argument();
            case "color", "textcolor" -> {
                atoms.argument();
                yield atoms.argument();
            }
            case "phantom", "hphantom", "vphantom" -> {
                atoms.argument();
                yield atoms.atom();
            }
            case "mathbb", "Bbb" -> namedSet();
            case "begin" -> environments.read();
            case "sum", "prod" -> range(name.equals("prod"));
            case "int", "iint", "iiint", "oint", "lim", "limsup", "liminf", "sup", "inf" -> opaque(name);
            case "ldots", "cdots", "dots", "vdots", "ddots" -> new Symbol("...");
            case "exists", "forall" -> new Symbol("\\" + name);
            default -> ACCENTS.contains(name) ? accent(name) : named(name);
        };
    }

    private Expression accent(String name) throws AnswerSyntaxException {
        Expression argument = atoms.argument();
        if (name.equals("overrightarrow")) {
            return Function.of("vec", argument);
        }
        return argument instanceof Symbol symbol && !name.equals("overline") && !name.equals("bar")
                ? atoms.symbol("\\" + name + " " + symbol.name())
                : Function.of(name.equals("bar") ? "overline" : name, argument);
    }

    /** A Greek letter or any other sign: a symbol of that name. */
    private Expression named(String name) throws AnswerSyntaxException {
        if (cursor.peek().isSign("{")) {
            throw cursor.error("unknown command \\" + name);
        }
        String letter = name.startsWith("var") && name.length() > 3 ? name.substring(3) : name;
        return atoms.symbol("\\" + letter);
    }

    private Expression root() throws AnswerSyntaxException {
        Expression index = Num.of(2);
        if (cursor.takeSign("[")) {
            index = grammar.sum();
            cursor.expectSign("]");
        }
        Token token = cursor.peek();
        boolean tight = token.kind() == Token.Kind.WORD && token.text().length() > 1;
        Expression radicand = token.isSign("{") || tight ? atoms.argument() : atoms.atom();
        return new Root(radicand, index);
    }

    private Expression namedSet() throws AnswerSyntaxException {
        boolean braced = cursor.takeSign("{");
        Token token = cursor.take();
        if (braced) {
            cursor.expectSign("}");
        }
        Expression set = switch (token.text()) {
            case "N" -> NamedSet.NATURALS;
            case "Z" -> NamedSet.INTEGERS;
            case "Q" -> NamedSet.RATIONALS;
            case "R" -> NamedSet.REALS;
            case "C" -> NamedSet.COMPLEX;
            case "P" -> NamedSet.PRIMES;
            default -> new Symbol("\\mathbb " + token.text());
        };
        int mark = cursor.mark();
        if (cursor.takeSign("^") || cursor.takeSign("_")) {
            boolean script = cursor.takeSign("{");
            Token sign = cursor.take();
            if ((sign.isSign("+") || sign.isSign("-") || sign.isSign("*")) && (!script || cursor.takeSign("}"))) {
                return new Symbol("\\mathbb " + token.text() + sign.text());
            }
            cursor.reset(mark);
        }
        return set;
    }

    private Expression range(boolean product) throws AnswerSyntaxException {
        Expression from = null;
        Expression to = null;
        String index = "";
        for (int count = 0; count < 2; count++) {
            if (cursor.takeSign("_") && cursor.takeSign("{")) {
                index = cursor.take().text();
                cursor.expectSign("=");
                from = grammar.sum();
                cursor.expectSign("}");
            } else if (cursor.takeSign("^")) {
                to = atoms.argument();
            }
        }
        if (from == null || to == null) {
            throw cursor.error("a sum or product without an index and bounds");
        }
        boolean fresh = cursor.bound.add(index);
        Expression body = grammar.products.signed();
        if (fresh) {
            cursor.bound.remove(index);
        }
        return new Range(product, new Symbol(index), from, to, body);
    }

    /** An integral or a limit, which equals only one that is written alike. */
    private Expression opaque(String name) throws AnswerSyntaxException {
        Expression below = new Symbol("");
        Expression above = new Symbol("");
        for (int count = 0; count < 2; count++) {
            if (cursor.takeSign("_")) {
                below = limit();
            } else if (cursor.takeSign("^")) {
                above = cursor.peek().isSign("-") ? grammar.products.signed() : atoms.argument();
            }
        }
        return Function.of(name, below, above, grammar.products.signed());
    }

    private Expression limit() throws AnswerSyntaxException {
        return cursor.peek().isSign("{") ? atoms.group() : atoms.argument();
    }

    Expression money(String currency) throws AnswerSyntaxException {
        cursor.take();
        cursor.enter();
        Expression amount = grammar.products.signed();
        cursor.leave();
        if (amount instanceof Quantity) {
            return amount;
        }
        return new Quantity(amount, UnitTable.find(currency).orElseThrow());
    }
}
