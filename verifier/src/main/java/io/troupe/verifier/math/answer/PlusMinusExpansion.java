package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Connective;
import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.PlusMinus;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.util.ArrayList;
import java.util.List;

/** Writes both values of {@code \pm} out. The signs of one value go together: all upper ones or all lower ones. */
final class PlusMinusExpansion {

    private PlusMinusExpansion() {}

    static boolean contains(Expression expression) {
        return expression instanceof PlusMinus || expression.parts().stream().anyMatch(PlusMinusExpansion::contains);
    }

    /** The set of both values; for a list or set, each of its items written out. */
    static Expression of(Expression expression) {
        if (!contains(expression)) {
            return expression;
        }
        if (expression instanceof FiniteSet || expression instanceof Listing) {
            List<Expression> items = new ArrayList<>();
            for (Expression item : expression.parts()) {
                if (contains(item)) {
                    items.addAll(both(item));
                } else {
                    items.add(item);
                }
            }
            return expression instanceof Listing list ? new Listing(items, list.connective()) : new FiniteSet(items);
        }
        List<Expression> values = both(expression);
        return expression instanceof Relation ? new Listing(values, Connective.OR) : new FiniteSet(values);
    }

    private static List<Expression> both(Expression expression) {
        return List.of(chosen(expression, true), chosen(expression, false));
    }

    private static Expression chosen(Expression expression, boolean upper) {
        if (expression instanceof PlusMinus sign) {
            Expression right = chosen(sign.right(), upper);
            Expression left = chosen(sign.left(), upper);
            boolean plus = upper != sign.minusFirst();
            Expression signed = plus ? right : new Negation(right);
            return left instanceof Num zero && zero.value().signum() == 0 ? signed : new Sum(List.of(left, signed));
        }
        return Rewriting.parts(expression, part -> chosen(part, upper));
    }
}
