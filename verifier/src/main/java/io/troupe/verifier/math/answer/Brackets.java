package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Interval;
import io.troupe.verifier.math.answer.Expression.Matrix;
import io.troupe.verifier.math.answer.Expression.NamedSet;
import io.troupe.verifier.math.answer.Expression.SetBuilder;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.List;
import java.util.Set;

/** Reads what stands between brackets, bars or braces: groups, tuples, intervals, sets, absolute values. */
final class Brackets {

    private static final Set<String> OPENERS =
            Set.of("{", "|", "lfloor", "lceil", "langle", "lvert", "lVert", "lbrace", "lbrack", "lparen");

    /** Longer intervals are not looked through. */
    private static final int MAX_LOOK = 40;

    private final Grammar grammar;
    private final Cursor cursor;
    private final Atoms atoms;

    Brackets(Grammar grammar, Atoms atoms) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.atoms = atoms;
    }

    boolean opensWith(String command) {
        return OPENERS.contains(command);
    }

    Expression read() throws AnswerSyntaxException {
        Token token = cursor.peek();
        switch (token.text()) {
            case "(", "[", "]" -> {
                cursor.take();
                return bracketed(token.text().charAt(0));
            }
            case "{" -> {
                return braced();
            }
            case "|" -> {
                cursor.take();
                return bars("|");
            }
            case "€", "£", "¥" -> {
                cursor.take();
                Expression amount = grammar.products.factor();
                String currency =
                        token.text().equals("€") ? "euro" : token.text().equals("£") ? "GBP" : "yen";
                return new Expression.Quantity(amount, UnitTable.find(currency).orElseThrow());
            }
            default -> throw cursor.unexpected();
        }
    }

    Expression readCommand() throws AnswerSyntaxException {
        String name = cursor.take().text();
        return switch (name) {
            case "{", "lbrace" -> set(name.equals("{") ? "}" : "rbrace");
            case "lbrack" -> bracketed('[');
            case "lparen" -> bracketed('(');
            case "|", "lVert" -> norm(name.equals("|") ? "|" : "rVert");
            case "lvert" -> closedBy("abs", "rvert");
            case "lfloor" -> closedBy("floor", "rfloor");
            case "lceil" -> closedBy("ceil", "rceil");
            default -> {
                List<Expression> entries = Atoms.entries(inner(0));
                if (!cursor.takeCommand("rangle")) {
                    throw cursor.unexpected();
                }
                yield new Tuple(entries, '(', ')');
            }
        };
    }

    private Expression inner(int bars) throws AnswerSyntaxException {
        int before = cursor.exchangeBars(bars);
        Expression content = grammar.listing();
        cursor.exchangeBars(before);
        return content;
    }

    private Expression closedBy(String function, String close) throws AnswerSyntaxException {
        Expression content = inner(0);
        if (!cursor.takeCommand(close)) {
            throw cursor.unexpected();
        }
        return Function.of(function, content);
    }

    private Expression norm(String close) throws AnswerSyntaxException {
        Expression content = inner(1);
        if (!cursor.takeCommand(close)) {
            throw cursor.unexpected();
        }
        return Function.of("norm", content);
    }

    private Expression bars(String close) throws AnswerSyntaxException {
        Expression content = inner(1);
        cursor.expectSign(close);
        return content instanceof Matrix matrix ? Function.of("det", matrix) : Function.of("abs", content);
    }

    /** Braces without a backslash: a group, or a set if a comma or a condition stands in them. */
    private Expression braced() throws AnswerSyntaxException {
        if (cursor.peek(1).isSign("}")) {
            cursor.take();
            cursor.take();
            return cursor.peek().isSign("_") || cursor.peek().isSign("^") ? atoms.atom() : NamedSet.EMPTY;
        }
        return atoms.group();
    }

    private Expression set(String close) throws AnswerSyntaxException {
        if (cursor.takeCommand(close)) {
            return NamedSet.EMPTY;
        }
        int before = cursor.exchangeBars(1);
        Expression content = grammar.listing();
        if (cursor.takeSign("|")
                || cursor.takeCommand("mid")
                || cursor.takeSign(":")
                || cursor.takeCommand("vert")
                || cursor.takeCommand("colon")) {
            cursor.exchangeBars(0);
            Expression condition = grammar.listing();
            content = new SetBuilder(content, condition);
        }
        cursor.exchangeBars(before);
        if (!cursor.takeCommand(close)) {
            throw cursor.unexpected();
        }
        return content instanceof SetBuilder ? content : new FiniteSet(Atoms.entries(content));
    }

    /** After an opening bracket: one entry is a group, two may be an interval, more are a tuple. */
    private Expression bracketed(char open) throws AnswerSyntaxException {
        if (open == '(' && cursor.takeSign(")")) {
            return new Tuple(List.of(), '(', ')');
        }
        boolean square = cursor.exchangeSquareCloses(open == ']' || (open == '[' && closesOutwards()));
        Expression content = inner(0);
        cursor.exchangeSquareCloses(square);
        char close = close();
        List<Expression> entries = Atoms.entries(content);
        if (entries.size() == 1 && open != ']') {
            return open == '[' && isRow(content) ? matrix(entries) : content;
        }
        if (open == '[' && close == ']' && entries.stream().allMatch(Brackets::isRow)) {
            return matrix(entries);
        }
        if (entries.size() == 2 && !(open == '(' && close == ')')) {
            boolean frenchClose = close == '[';
            return new Interval(entries.get(0), entries.get(1), open == '[', !frenchClose && close == ']');
        }
        return new Tuple(entries, open, close);
    }

    /** Whether {@code [1,2[} stands here: the next square bracket opens, and what follows it can't be in it. */
    private boolean closesOutwards() {
        for (int ahead = 0; ahead < MAX_LOOK; ahead++) {
            Token token = cursor.peek(ahead);
            if (token.kind() == Token.Kind.END || (token.kind() == Token.Kind.SIGN && "(])".contains(token.text()))) {
                return false;
            }
            if (token.isSign("[")) {
                Token next = cursor.peek(ahead + 1);
                return next.kind() == Token.Kind.END
                        || next.isCommand("cup")
                        || next.isCommand("cap")
                        || next.isCommand("setminus")
                        || next.isSign(",")
                        || next.isSign(".");
            }
        }
        return false;
    }

    private char close() throws AnswerSyntaxException {
        Token token = cursor.take();
        if (token.isSign(")") || token.isSign("]")) {
            return token.text().charAt(0);
        }
        if (token.isSign("[")) {
            return '[';
        }
        if (token.isCommand("rbrack")) {
            return ']';
        }
        throw new AnswerSyntaxException("a bracket is not closed before " + token, token.position());
    }

    private static boolean isRow(Expression entry) {
        return (entry instanceof Interval interval && interval.lowerClosed() && interval.upperClosed())
                || (entry instanceof Tuple tuple && tuple.open() == '[');
    }

    private Expression matrix(List<Expression> entries) throws AnswerSyntaxException {
        List<List<Expression>> rows = entries.stream().map(Expression::parts).toList();
        int columns = rows.get(0).size();
        if (columns == 0 || rows.stream().anyMatch(row -> row.size() != columns)) {
            throw cursor.error("a matrix whose rows differ in length");
        }
        return new Matrix(rows);
    }
}
