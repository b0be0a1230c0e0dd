package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Chain;
import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Interval;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Matrix;
import io.troupe.verifier.math.answer.Expression.MixedNumber;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Percent;
import io.troupe.verifier.math.answer.Expression.PlusMinus;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Range;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.Root;
import io.troupe.verifier.math.answer.Expression.SetBuilder;
import io.troupe.verifier.math.answer.Expression.SetOperation;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Builds an expression again with other parts. */
final class Rewriting {

    private Rewriting() {}

    /** The expression with each part replaced, one layer deep. */
    static Expression parts(Expression expression, UnaryOperator<Expression> change) {
        if (expression.parts().isEmpty()) {
            return expression;
        }
        List<Expression> parts = new ArrayList<>();
        boolean changed = false;
        for (Expression part : expression.parts()) {
            Expression next = change.apply(part);
            changed |= next != part;
            parts.add(next);
        }
        return changed ? rebuilt(expression, parts) : expression;
    }

    private static Expression rebuilt(Expression expression, List<Expression> parts) {
        Expression first = parts.get(0);
        Expression second = parts.size() > 1 ? parts.get(1) : first;
        if (expression instanceof Sum) {
            return new Sum(parts);
        } else if (expression instanceof Product) {
            return new Product(parts);
        } else if (expression instanceof Negation) {
            return new Negation(first);
        } else if (expression instanceof Quotient) {
            return new Quotient(first, second);
        } else if (expression instanceof MixedNumber) {
            return new MixedNumber(first, second);
        } else if (expression instanceof Power) {
            return new Power(first, second);
        } else if (expression instanceof Root) {
            return new Root(first, second);
        } else if (expression instanceof Function function) {
            return new Function(function.name(), parts);
        } else if (expression instanceof Range range) {
            return new Range(range.product(), range.index(), first, second, parts.get(2));
        } else if (expression instanceof PlusMinus both) {
            return new PlusMinus(first, second, both.minusFirst());
        } else if (expression instanceof Percent) {
            return new Percent(first);
        } else if (expression instanceof Quantity quantity) {
            return new Quantity(first, quantity.unit());
        }
        return collection(expression, parts, first, second);
    }

    private static Expression collection(
            Expression expression, List<Expression> parts, Expression first, Expression second) {
        if (expression instanceof Matrix matrix) {
            List<List<Expression>> rows = new ArrayList<>();
            for (int at = 0; at < parts.size(); at += matrix.columns()) {
                rows.add(parts.subList(at, at + matrix.columns()));
            }
            return new Matrix(rows);
        } else if (expression instanceof Tuple tuple) {
            return new Tuple(parts, tuple.open(), tuple.close());
        } else if (expression instanceof FiniteSet) {
            return new FiniteSet(parts);
        } else if (expression instanceof SetBuilder) {
            return new SetBuilder(first, second);
        } else if (expression instanceof Interval interval) {
            return new Interval(first, second, interval.lowerClosed(), interval.upperClosed());
        } else if (expression instanceof SetOperation operation) {
            return new SetOperation(operation.operator(), first, second);
        } else if (expression instanceof Relation relation) {
            return new Relation(relation.comparison(), first, second);
        } else if (expression instanceof Chain chain) {
            return new Chain(parts, chain.comparisons());
        } else if (expression instanceof Listing list) {
            return new Listing(parts, list.connective());
        }
        throw new IllegalStateException("an expression with parts that nobody can put together: " + expression);
    }
}
