package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Connective;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Matrix;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code \begin{...} ... \end{...}}: matrices, determinants, cases. */
final class Environments {

    private static final int MAX_ENTRIES = 2_500;

    private final Grammar grammar;
    private final Cursor cursor;

    Environments(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    Expression read() throws AnswerSyntaxException {
        String name = name();
        if (name.equals("array") && cursor.peek().isSign("{")) {
            while (!cursor.take().isSign("}")) {
                if (cursor.peek().kind() == Token.Kind.END) {
                    throw cursor.unexpected();
                }
            }
        }
        int bars = cursor.exchangeBars(0);
        List<List<Expression>> rows = rows();
        cursor.exchangeBars(bars);
        if (!name().equals(name)) {
            throw cursor.error("\\begin{" + name + "} is closed by another name");
        }
        return switch (name) {
            case "vmatrix" -> Function.of("det", matrix(rows));
            case "Vmatrix" -> Function.of("norm", matrix(rows));
            case "cases", "aligned", "align", "align*", "gathered", "split", "equation", "equation*" ->
                statements(rows);
            case "matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "psmallmatrix", "bsmallmatrix" ->
                matrix(rows);
            default -> throw cursor.error("unknown environment " + name);
        };
    }

    private String name() throws AnswerSyntaxException {
        cursor.expectSign("{");
        var name = new StringBuilder();
        while (!cursor.peek().isSign("}")) {
            if (cursor.peek().kind() == Token.Kind.END || name.length() > 40) {
                throw cursor.unexpected();
            }
            name.append(cursor.take().text());
        }
        cursor.take();
        return name.toString();
    }

    private List<List<Expression>> rows() throws AnswerSyntaxException {
        List<List<Expression>> rows = new ArrayList<>();
        List<Expression> row = new ArrayList<>();
        int entries = 0;
        while (!cursor.takeCommand("end")) {
            if (++entries > MAX_ENTRIES) {
                throw cursor.error("a matrix of more than " + MAX_ENTRIES + " entries");
            }
            if (cursor.takeCommand("\\")) {
                skipGap();
                if (!row.isEmpty()) {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else if (!cursor.takeSign("&")) {
                row.add(grammar.listing());
            }
        }
        if (!row.isEmpty()) {
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw cursor.error("an environment without entries");
        }
        return rows;
    }

    /** The space between two rows, as in {@code \\[2pt]}. */
    private void skipGap() {
        boolean gap = cursor.peek().isSign("[")
                && cursor.peek(1).kind() == Token.Kind.NUMBER
                && cursor.peek(2).kind() == Token.Kind.WORD
                && List.of("pt", "em", "ex", "mm", "cm", "mu")
                        .contains(cursor.peek(2).text())
                && cursor.peek(3).isSign("]");
        for (int k = 0; gap && k < 4; k++) {
            cursor.take();
        }
    }

    private Expression matrix(List<List<Expression>> rows) throws AnswerSyntaxException {
        int columns = rows.get(0).size();
        if (rows.stream().anyMatch(row -> row.size() != columns)) {
            throw cursor.error("a matrix whose rows differ in length");
        }
        return new Matrix(rows);
    }

    private static Expression statements(List<List<Expression>> rows) {
        if (rows.stream().allMatch(row -> row.size() == 1)) {
            List<Expression> items = rows.stream().map(row -> row.get(0)).toList();
            return items.size() == 1 ? items.get(0) : new Listing(items, Connective.AND);
        }
        return new Function("cases", rows.stream().flatMap(List::stream).toList());
    }
}
