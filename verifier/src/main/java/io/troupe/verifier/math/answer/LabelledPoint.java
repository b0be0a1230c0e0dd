package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Expression.Symbol;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.List;

/** A capital letter before a pair: beside a pair it is a point's name, {@code P(-1,4)}; beside a number it counts, {@code C(5,2)}. */
final class LabelledPoint {

    private LabelledPoint() {}

    /** The expression in the sense that what it is compared to gives it. */
    static Expression beside(Expression expression, Expression other) {
        if (!(expression instanceof Product product)
                || product.factors().size() != 2
                || !(product.factors().get(0) instanceof Symbol letter)
                || letter.name().length() != 1
                || !Character.isUpperCase(letter.name().charAt(0))
                || !(product.factors().get(1) instanceof Tuple tuple)
                || tuple.open() != '(') {
            return expression;
        }
        if (other instanceof Tuple) {
            return tuple;
        }
        boolean sameLetter = other instanceof Product point && point.factors().contains(letter);
        if (tuple.entries().size() != 2 || sameLetter || !Judge.isValue(other)) {
            return expression;
        }
        Expression all = tuple.entries().get(0);
        Expression chosen = tuple.entries().get(1);
        return switch (letter.name()) {
            case "C" -> Function.of("binom", all, chosen);
            case "P" ->
                new Quotient(
                        Function.of("factorial", all),
                        Function.of("factorial", new Sum(List.of(all, new Negation(chosen)))));
            default -> expression;
        };
    }
}
