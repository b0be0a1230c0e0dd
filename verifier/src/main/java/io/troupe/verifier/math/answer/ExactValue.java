package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.BaseNumber;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.MixedNumber;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Percent;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Range;
import io.troupe.verifier.math.answer.Expression.Root;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of an expression as a fraction, if it has one that is short enough to write down. Numbers that would be longer stay unevaluated. */
final class ExactValue {

    static final int MAX_BITS = 100_000;
    private static final int WORD_BITS = 64;
    private static final int MAX_RANGE = 20_000;

    private final Map<String, Rational> values;
    private final Fuel fuel;
    private final WholeFunctions whole;

    private ExactValue(Map<String, Rational> values, Fuel fuel) {
        this.values = values;
        this.fuel = fuel;
        this.whole = new WholeFunctions(fuel);
    }

    /** The value, or null if it is no fraction, has none, or is too long. */
    static @Nullable Rational of(Expression expression, Fuel fuel) {
        return of(expression, Map.of(), fuel);
    }

    static @Nullable Rational of(Expression expression, Map<String, Rational> values, Fuel fuel) {
        return new ExactValue(values, fuel).value(expression);
    }

    private @Nullable Rational value(Expression expression) {
        fuel.spend(1);
        if (expression instanceof Num num) {
            return num.value();
        }
        if (expression instanceof BaseNumber number) {
            return number.value();
        }
        if (expression instanceof Symbol symbol) {
            return values.get(symbol.name());
        }
        if (expression instanceof Sum sum) {
            Rational total = Unit.ZERO;
            for (Expression term : sum.terms()) {
                Rational value = value(term);
                total = value == null ? null : checked(paid(total, value).plus(value));
                if (total == null) {
                    return null;
                }
            }
            return total;
        }
        if (expression instanceof Product product) {
            Rational total = Unit.ONE;
            for (Expression factor : product.factors()) {
                Rational value = value(factor);
                total = value == null ? null : checked(paid(total, value).times(value));
                if (total == null) {
                    return null;
                }
            }
            return total;
        }
        return compound(expression);
    }

    private @Nullable Rational compound(Expression expression) {
        if (expression instanceof Negation negation) {
            Rational value = value(negation.operand());
            return value == null ? null : value.negated();
        }
        if (expression instanceof Quotient quotient) {
            Rational above = value(quotient.numerator());
            Rational below = above == null ? null : value(quotient.denominator());
            return below == null || below.signum() == 0
                    ? null
                    : checked(paid(above, below).over(below));
        }
        if (expression instanceof MixedNumber mixed) {
            Rational first = value(mixed.whole());
            Rational second = value(mixed.fraction());
            return first == null || second == null ? null : first.plus(first.signum() < 0 ? second.negated() : second);
        }
        if (expression instanceof Percent percent) {
            Rational value = value(percent.amount());
            return value == null ? null : value.over(Rational.of(BigInteger.valueOf(100)));
        }
        if (expression instanceof Quantity quantity
                && quantity.unit().isNumber()
                && quantity.unit().piPower() == 0) {
            Rational value = value(quantity.amount());
            return value == null ? null : value.times(quantity.unit().factor());
        }
        if (expression instanceof Power power) {
            Rational exponent = value(power.exponent());
            Rational base = exponent == null ? null : value(power.base());
            return base == null ? null : power(base, exponent);
        }
        if (expression instanceof Root root) {
            Rational index = value(root.index());
            Rational radicand = index == null ? null : value(root.radicand());
            return radicand == null || index.signum() == 0 ? null : power(radicand, Unit.ONE.over(index));
        }
        if (expression instanceof Range range) {
            return range(range);
        }
        return expression instanceof Function function ? function(function) : null;
    }

    private Rational paid(Rational left, Rational right) {
        fuel.spend(1 + (1 + left.bits() / WORD_BITS) * (1 + right.bits() / WORD_BITS) / 8);
        return left;
    }

    private static @Nullable Rational checked(Rational value) {
        return value.bits() > MAX_BITS ? null : value;
    }

    private @Nullable Rational power(Rational base, Rational exponent) {
        if (exponent.isInteger()) {
            return whole.power(base, exponent.numerator());
        }
        if (exponent.denominator().bitLength() > 12
                || (base.signum() < 0 && !exponent.denominator().testBit(0))) {
            return null;
        }
        Rational root = whole.root(base, exponent.denominator().intValue());
        return root == null ? null : whole.power(root, exponent.numerator());
    }

    private @Nullable Rational range(Range range) {
        Rational from = value(range.from());
        Rational to = value(range.to());
        if (from == null || to == null || !from.isInteger() || !to.isInteger()) {
            return null;
        }
        BigInteger count = to.numerator().subtract(from.numerator());
        if (count.bitLength() > 16 || count.intValue() > MAX_RANGE) {
            return null;
        }
        Map<String, Rational> inner = new HashMap<>(values);
        Rational total = range.product() ? Unit.ONE : Unit.ZERO;
        for (int k = 0; k <= count.intValue(); k++) {
            inner.put(range.index().name(), from.plus(Rational.of(BigInteger.valueOf(k))));
            Rational next = new ExactValue(inner, fuel).value(range.body());
            if (next == null) {
                return null;
            }
            Rational sum = range.product()
                    ? paid(total, next).times(next)
                    : paid(total, next).plus(next);
            if (sum.bits() > MAX_BITS) {
                return null;
            }
            total = sum;
        }
        return total;
    }

    private @Nullable Rational function(Function function) {
        if (function.name().equals("det") && function.arguments().get(0) instanceof Expression.Matrix matrix) {
            return determinant(matrix);
        }
        Rational[] arguments = new Rational[function.arguments().size()];
        for (int k = 0; k < arguments.length; k++) {
            Rational value = value(function.arguments().get(k));
            if (value == null) {
                return null;
            }
            arguments[k] = value;
        }
        return arguments.length == 0 ? null : whole.apply(function.name(), arguments);
    }

    /** By elimination over the fractions. */
    private @Nullable Rational determinant(Expression.Matrix matrix) {
        int n = matrix.rows().size();
        if (n != matrix.columns() || n > 20) {
            return null;
        }
        Rational[][] a = new Rational[n][n];
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < n; c++) {
                Rational value = value(matrix.rows().get(r).get(c));
                if (value == null) {
                    return null;
                }
                a[r][c] = value;
            }
        }
        Rational determinant = Unit.ONE;
        for (int c = 0; c < n; c++) {
            int pivot = c;
            while (pivot < n && a[pivot][c].signum() == 0) {
                pivot++;
            }
            if (pivot == n) {
                return Unit.ZERO;
            }
            if (pivot != c) {
                Rational[] row = a[pivot];
                a[pivot] = a[c];
                a[c] = row;
                determinant = determinant.negated();
            }
            determinant = determinant.times(a[c][c]);
            eliminate(a, c);
        }
        return checked(determinant);
    }

    private void eliminate(Rational[][] a, int c) {
        for (int r = c + 1; r < a.length; r++) {
            Rational factor = a[r][c].over(a[c][c]);
            for (int k = c; k < a.length; k++) {
                a[r][k] = paid(a[r][k], factor).minus(factor.times(a[c][k]));
            }
        }
    }
}
