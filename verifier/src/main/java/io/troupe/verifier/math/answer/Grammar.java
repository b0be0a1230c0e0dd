package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.answer.Expression.Chain;
import io.troupe.verifier.math.answer.Expression.Connective;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.PlusMinus;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.SetOperation;
import io.troupe.verifier.math.answer.Expression.SetOperator;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The upper half of the grammar, by falling looseness: listings, relations, sets, ratios, sums. {@link Products} has the lower half.
 *
 * <pre>
 * listing  = relation (("," | ";" | and | or) relation)*
 * relation = sets (comparison sets)*
 * sets     = meets (("∪" | "∖") meets)*
 * ratio    = sum (":" sum)*
 * sum      = sign? product (("+" | "-" | "±") product)*
 * </pre>
 */
final class Grammar {

    final Cursor cursor;
    final Products products;

    Grammar(List<Token> tokens, Fuel fuel, int depth) {
        this.cursor = new Cursor(tokens, fuel, depth);
        this.products = new Products(this);
    }

    /** The whole text. */
    Expression answer() throws AnswerSyntaxException {
        Expression answer = listing();
        while (cursor.takeSign(".") || cursor.takeSign("!") || cursor.takeSign(",")) {
            // a sentence may end after the answer
        }
        if (cursor.peek().kind() != Token.Kind.END) {
            throw cursor.unexpected();
        }
        return answer;
    }

    Expression listing() throws AnswerSyntaxException {
        cursor.enter();
        List<Expression> items = new ArrayList<>();
        items.add(relation());
        Connective connective = Connective.COMMA;
        for (Connective next = connective(); next != null; next = connective()) {
            if (cursor.peek().kind() == Token.Kind.END) {
                break;
            }
            connective = next == Connective.COMMA || connective == Connective.OR ? connective : next;
            items.add(relation());
        }
        cursor.leave();
        return items.size() == 1 ? items.get(0) : new Listing(items, connective);
    }

    /** Takes what separates two answers, or nothing. */
    @Nullable
    Connective connective() {
        Connective found = null;
        while (true) {
            Token token = cursor.peek();
            Connective here = null;
            if (token.isSign(",") || token.isSign(";")) {
                here = Connective.COMMA;
            } else if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.TEXT) {
                here = switch (token.text().strip().toLowerCase(Locale.ROOT)) {
                    case "and", "&" -> Connective.AND;
                    case "or" -> Connective.OR;
                    case ", and", ",and" -> Connective.AND;
                    case ", or", ",or" -> Connective.OR;
                    case "," -> Connective.COMMA;
                    default -> null;
                };
            } else if (token.isCommand("land") || token.isCommand("wedge")) {
                here = Connective.AND;
            } else if (token.isCommand("lor") || token.isCommand("vee")) {
                here = Connective.OR;
            }
            if (here == null) {
                return found;
            }
            cursor.take();
            found = found == null || found == Connective.COMMA ? here : found;
        }
    }

    Expression relation() throws AnswerSyntaxException {
        List<Expression> sides = new ArrayList<>();
        List<Comparison> comparisons = new ArrayList<>();
        Comparison leading = comparison();
        if (leading != null && leading != Comparison.EQUAL) {
            sides.add(new Expression.Symbol("?"));
            comparisons.add(leading);
        }
        sides.add(sets());
        for (Comparison next = comparison(); next != null; next = comparison()) {
            comparisons.add(next);
            sides.add(next == Comparison.CONGRUENT ? congruent(sets()) : sets());
        }
        if (comparisons.isEmpty()) {
            return sides.get(0);
        }
        List<Expression> statements = new ArrayList<>();
        int from = 0;
        for (int k = 1; k < comparisons.size(); k++) {
            if (sides.get(k) instanceof SetOperation union && joinsBounds(union)) {
                List<Expression> before = new ArrayList<>(sides.subList(from, k));
                before.add(union.left());
                statements.add(statement(before, comparisons.subList(from, k)));
                sides.set(k, union.right());
                from = k;
            }
        }
        statements.add(statement(sides.subList(from, sides.size()), comparisons.subList(from, comparisons.size())));
        return statements.size() == 1 ? statements.get(0) : new Listing(statements, Connective.OR);
    }

    /** The sign in {@code x<-1 \cup x>2}, which joins no sets but what is said about x. */
    private static boolean joinsBounds(SetOperation union) {
        return union.operator() == SetOperator.UNION && Judge.isValue(union.left()) && Judge.isValue(union.right());
    }

    private static Expression statement(List<Expression> sides, List<Comparison> comparisons) {
        return comparisons.size() == 1
                ? new Relation(comparisons.get(0), sides.get(0), sides.get(1))
                : new Chain(sides, comparisons);
    }

    /** After a sign of congruence {@code 3 \mod 7} is {@code 3 \pmod 7}. */
    private static Expression congruent(Expression side) {
        return side instanceof Function function && function.name().equals("mod")
                ? new Function("pmod", function.arguments())
                : side;
    }

    private @Nullable Comparison comparison() {
        Token token = cursor.peek();
        Comparison found = switch (token.kind()) {
            case SIGN ->
                switch (token.text()) {
                    case "=" -> Comparison.EQUAL;
                    case "<" -> Comparison.LESS;
                    case ">" -> Comparison.GREATER;
                    case "<=" -> Comparison.LESS_OR_EQUAL;
                    case ">=" -> Comparison.GREATER_OR_EQUAL;
                    case "!=" -> Comparison.NOT_EQUAL;
                    case "->", "=>" -> Comparison.MAPS_TO;
                    default -> null;
                };
            case COMMAND -> ofCommand(token.text());
            case WORD -> token.text().equals("in") ? Comparison.ELEMENT_OF : null;
            default -> null;
        };
        if (found != null) {
            cursor.take();
            if (found == Comparison.NOT_EQUAL && token.isCommand("not")) {
                Comparison negated = comparison();
                found = negated == Comparison.ELEMENT_OF ? Comparison.NOT_ELEMENT_OF : found;
            }
        }
        return found;
    }

    private static @Nullable Comparison ofCommand(String name) {
        return switch (name) {
            case "lt" -> Comparison.LESS;
            case "gt" -> Comparison.GREATER;
            case "le", "leq", "leqslant", "leqq" -> Comparison.LESS_OR_EQUAL;
            case "ge", "geq", "geqslant", "geqq" -> Comparison.GREATER_OR_EQUAL;
            case "ne", "neq", "not" -> Comparison.NOT_EQUAL;
            case "approx", "simeq", "doteq" -> Comparison.APPROXIMATELY;
            case "equiv", "cong" -> Comparison.CONGRUENT;
            case "in" -> Comparison.ELEMENT_OF;
            case "notin" -> Comparison.NOT_ELEMENT_OF;
            case "subset", "subseteq" -> Comparison.SUBSET;
            case "sim", "propto" -> Comparison.SIMILAR;
            case "to", "rightarrow", "longrightarrow", "mapsto", "Rightarrow", "implies", "iff", "Leftrightarrow" ->
                Comparison.MAPS_TO;
            default -> null;
        };
    }

    private Expression sets() throws AnswerSyntaxException {
        Expression left = meets();
        for (int count = 0; ; count++) {
            Token token = cursor.peek();
            SetOperator operator = null;
            if (token.isCommand("cup") || token.isCommand("bigcup") || token.isWord("union") || token.isWord("cup")) {
                operator = SetOperator.UNION;
            } else if ((token.isWord("U") || token.isWord("u")) && endsSet(left)) {
                operator = SetOperator.UNION;
            } else if (token.isCommand("setminus")
                    || token.isCommand("backslash")
                    || token.isCommand("smallsetminus")) {
                operator = SetOperator.DIFFERENCE;
            }
            if (operator == null) {
                return left;
            }
            limit(count);
            cursor.take();
            left = new SetOperation(operator, left, meets());
        }
    }

    private static boolean endsSet(Expression left) {
        return left instanceof Expression.Interval
                || left instanceof Expression.Tuple
                || left instanceof SetOperation
                || left instanceof Expression.FiniteSet;
    }

    private Expression meets() throws AnswerSyntaxException {
        Expression left = ratio();
        for (int count = 0; cursor.peek().isCommand("cap") || cursor.peek().isCommand("bigcap"); count++) {
            limit(count);
            cursor.take();
            left = new SetOperation(SetOperator.INTERSECTION, left, ratio());
        }
        return left;
    }

    private void limit(int count) throws AnswerSyntaxException {
        if (count > 60) {
            throw cursor.error("more operations in a row than an answer has");
        }
    }

    private Expression ratio() throws AnswerSyntaxException {
        Expression first = sum();
        if (!cursor.peek().isSign(":") || cursor.barsSeparate()) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (cursor.takeSign(":")) {
            parts.add(sum());
        }
        return new Function("ratio", parts);
    }

    Expression sum() throws AnswerSyntaxException {
        cursor.enter();
        List<Expression> terms = new ArrayList<>();
        terms.add(products.signed());
        while (true) {
            Token token = cursor.peek();
            if (token.isSign("+")) {
                cursor.take();
                terms.add(products.signed());
            } else if (token.isSign("-")) {
                cursor.take();
                terms.add(new Negation(products.signed()));
            } else if (token.isCommand("pm") || token.isCommand("mp")) {
                limit(terms.size());
                cursor.take();
                Expression left = joined(terms);
                terms.clear();
                terms.add(new PlusMinus(left, products.signed(), token.text().equals("mp")));
            } else {
                break;
            }
        }
        Expression sum = joined(terms);
        if (cursor.takeCommand("over")) {
            sum = new Quotient(sum, sum());
        }
        cursor.leave();
        return sum;
    }

    /** The sum of the terms; a unit after the last belongs to all if no other has one. */
    private static Expression joined(List<Expression> terms) {
        if (terms.size() == 1) {
            return terms.get(0);
        }
        Expression last = terms.get(terms.size() - 1);
        boolean negative = last instanceof Negation;
        Expression bare = last instanceof Negation negation ? negation.operand() : last;
        boolean others = terms.subList(0, terms.size() - 1).stream().anyMatch(Grammar::measured);
        if (bare instanceof Quantity quantity && !quantity.unit().isNumber() && !others) {
            List<Expression> amounts = new ArrayList<>(terms.subList(0, terms.size() - 1));
            amounts.add(negative ? new Negation(quantity.amount()) : quantity.amount());
            return new Quantity(new Sum(amounts), quantity.unit());
        }
        return new Sum(terms);
    }

    private static boolean measured(Expression term) {
        return term instanceof Quantity
                || (term instanceof Negation negation && negation.operand() instanceof Quantity);
    }

    /** The text of {@code \text{...}} when it is mathematics itself, or words. */
    Expression nested(String text, Token where) throws AnswerSyntaxException {
        cursor.enter();
        try {
            return AnswerParser.expression(text, cursor.fuel, cursor.depth());
        } catch (AnswerSyntaxException e) {
            throw new AnswerSyntaxException(e.getMessage() + " of the text", where.position());
        } finally {
            cursor.leave();
        }
    }
}
