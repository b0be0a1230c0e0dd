package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.List;
import java.util.Map;

/** Whether two expressions differ by a constant factor, where polynomials can't tell: the ratio of their values at one point is tried everywhere. */
final class Proportion {

    private final Judge judge;

    Proportion(Judge judge) {
        this.judge = judge;
    }

    Decision decide(Expression f, Expression g, boolean anySign) {
        var symbols = new Symbols(judge.policies, judge.fuel);
        Expression a = symbols.prepared(f);
        Expression b = symbols.prepared(g);
        if (symbols.all.isEmpty()) {
            return Decision.different("relation of numbers");
        }
        Map<String, Rational> point = new java.util.TreeMap<>();
        int k = 3;
        for (String name : symbols.all) {
            point.put(name, Unit.rational(k, 2));
            k += 2;
        }
        Expression atA = substituted(a, point);
        Expression atB = substituted(b, point);
        int sign;
        try {
            sign = judge.scalars.order(atA, Num.of(0)) * judge.scalars.order(atB, Num.of(0));
        } catch (UndefinedValueException e) {
            return Decision.undecided("a relation that has no value at a point");
        }
        if (sign == 0 || (sign < 0 && !anySign)) {
            return Decision.different("relation up to a factor");
        }
        return judge.scalars
                .decide(new Product(List.of(a, atB)), new Product(List.of(b, atA)))
                .by("relation up to a factor");
    }

    static Expression substituted(Expression expression, Map<String, Rational> values) {
        if (expression instanceof Symbol symbol) {
            Rational value = values.get(symbol.name());
            return value == null ? expression : Num.of(value);
        }
        if (expression instanceof Expression.Range) {
            throw new UndefinedValueException("a sum over a range in a relation");
        }
        return Rewriting.parts(expression, part -> substituted(part, values));
    }
}
