package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.MixedNumber;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Range;
import io.troupe.verifier.math.answer.Expression.Root;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * The value of an expression in ball arithmetic, with fractions for its symbols.
 *
 * @param <B> the balls
 */
final class NumericValue<B> {

    private static final int MAX_RANGE = 2_000;

    private final Balls<B> balls;
    private final Map<String, Rational> values;
    private final Reading reading;
    private final Fuel fuel;
    private final NumericFunctions<B> functions;

    /**
     * How an expression is to be read.
     *
     * @param decimalLogarithms whether a logarithm without a base is the decimal one, not the natural one
     * @param onlyReal whether roots and logarithms of negative numbers have no value
     */
    record Reading(boolean decimalLogarithms, boolean onlyReal) {
        static final Reading COMPLEX = new Reading(false, false);
    }

    NumericValue(Balls<B> balls, Map<String, Rational> values, Reading reading, Fuel fuel) {
        this.balls = balls;
        this.values = values;
        this.reading = reading;
        this.fuel = fuel;
        this.functions = new NumericFunctions<>(balls);
    }

    /**
     * The value.
     *
     * @throws UndefinedValueException if there is none that can be computed
     */
    B of(Expression expression) {
        fuel.spend(1);
        if (expression instanceof Expression.Num num) {
            return balls.rational(num.value());
        }
        if (expression instanceof Expression.Symbol symbol) {
            Rational value = values.get(symbol.name());
            if (value == null) {
                throw new UndefinedValueException("no value for " + symbol.name());
            }
            return balls.rational(value);
        }
        if (expression instanceof Constant constant) {
            return constant(constant);
        }
        if (expression instanceof Sum sum) {
            B total = of(sum.terms().get(0));
            for (Expression term : sum.terms().subList(1, sum.terms().size())) {
                total = balls.plus(total, of(term));
            }
            return total;
        }
        if (expression instanceof Product product) {
            B total = of(product.factors().get(0));
            for (Expression factor :
                    product.factors().subList(1, product.factors().size())) {
                total = balls.times(total, of(factor));
            }
            return total;
        }
        return compound(expression);
    }

    private B constant(Constant constant) {
        return switch (constant) {
            case PI -> balls.pi();
            case E -> balls.exp(balls.whole(1));
            case I -> balls.imaginaryUnit();
            case INFINITY -> throw new UndefinedValueException("infinity");
        };
    }

    private B compound(Expression expression) {
        if (expression instanceof Negation negation) {
            return balls.negated(of(negation.operand()));
        }
        if (expression instanceof Quotient quotient) {
            return balls.over(of(quotient.numerator()), of(quotient.denominator()));
        }
        if (expression instanceof Power power) {
            return real(power(power));
        }
        if (expression instanceof Root root) {
            return real(root(root.radicand(), exact(root.index())));
        }
        if (expression instanceof Function function) {
            return real(function(function));
        }
        if (expression instanceof MixedNumber || expression instanceof Expression.BaseNumber) {
            return balls.rational(exact(expression));
        }
        if (expression instanceof Expression.Percent percent) {
            return balls.times(of(percent.amount()), balls.rational(Unit.rational(1, 100)));
        }
        if (expression instanceof Quantity quantity && quantity.unit().isNumber()) {
            B factor = balls.rational(quantity.unit().factor());
            B turned = quantity.unit().piPower() == 0
                    ? factor
                    : balls.times(
                            factor, balls.power(balls.pi(), quantity.unit().piPower()));
            return balls.times(of(quantity.amount()), turned);
        }
        if (expression instanceof Range range) {
            return range(range);
        }
        throw UndefinedValueException.noNumber(expression.getClass().getSimpleName());
    }

    private B real(B value) {
        if (reading.onlyReal() && !balls.isReal(value)) {
            throw UndefinedValueException.notReal();
        }
        return value;
    }

    private Rational exact(Expression expression) {
        Rational value = ExactValue.of(expression, values, fuel);
        if (value == null) {
            throw new UndefinedValueException("no fraction");
        }
        return value;
    }

    private B power(Power power) {
        Rational exponent = ExactValue.of(power.exponent(), values, fuel);
        if (exponent != null && exponent.isInteger() && exponent.numerator().bitLength() <= 31) {
            return balls.power(of(power.base()), exponent.numerator().intValue());
        }
        if (exponent != null
                && exponent.denominator().testBit(0)
                && exponent.denominator().bitLength() < 16) {
            B base = of(power.base());
            if (balls.isSurelyReal(base)) {
                B root = functions.oddRoot(base, exponent.denominator().intValue());
                BigInteger times = exponent.numerator();
                if (times.bitLength() <= 31) {
                    return balls.power(root, times.intValue());
                }
            }
        }
        if (exponent != null
                && exponent.denominator().equals(BigInteger.TWO)
                && exponent.numerator().bitLength() < 16) {
            return balls.power(
                    balls.sqrt(of(power.base())), exponent.numerator().intValue());
        }
        if (power.base() == Constant.E) {
            return balls.exp(of(power.exponent()));
        }
        B base = of(power.base());
        return balls.exp(balls.times(balls.log(base), of(power.exponent())));
    }

    private B root(Expression radicand, Rational index) {
        if (!index.isInteger() || index.signum() <= 0 || index.numerator().bitLength() > 16) {
            throw new UndefinedValueException("a root of index " + index);
        }
        int n = index.numerator().intValue();
        B value = of(radicand);
        if (n == 1) {
            return value;
        }
        if (n == 2) {
            return balls.sqrt(value);
        }
        if (n % 2 == 1 && balls.isSurelyReal(value)) {
            return functions.oddRoot(value, n);
        }
        return balls.exp(balls.times(balls.log(value), balls.rational(Unit.rational(1, n))));
    }

    private B function(Function function) {
        String name = function.name();
        switch (name) {
            case "factorial", "doublefactorial", "binom", "gcd", "lcm", "mod" -> {
                return balls.rational(exact(function));
            }
            case "floor", "ceil" -> {
                Rational whole = ExactValue.of(function, values, fuel);
                return whole != null
                        ? balls.rational(whole)
                        : functions.rounded(of(function.arguments().get(0)), name.equals("ceil"));
            }
            case "log" -> {
                return logarithm(function);
            }
            case "max", "min" -> {
                return extreme(function, name.equals("max"));
            }
            case "det" -> {
                return determinant(function);
            }
            case "ratio" -> {
                if (function.arguments().size() != 2) {
                    throw new UndefinedValueException("a ratio of several");
                }
                return balls.over(
                        of(function.arguments().get(0)), of(function.arguments().get(1)));
            }
            default -> {
                if (function.arguments().size() != 1 || !functions.knows(name)) {
                    throw new UndefinedValueException("the unknown function " + name);
                }
                return functions.apply(name, of(function.arguments().get(0)));
            }
        }
    }

    private B logarithm(Function function) {
        B value = balls.log(of(function.arguments().get(0)));
        if (function.arguments().size() == 2) {
            return balls.over(value, balls.log(of(function.arguments().get(1))));
        }
        return reading.decimalLogarithms() ? balls.over(value, balls.log(balls.whole(10))) : value;
    }

    private B extreme(Function function, boolean greatest) {
        B best = of(function.arguments().get(0));
        for (Expression argument : function.arguments()) {
            B next = of(argument);
            if (argument != function.arguments().get(0)) {
                int sign = balls.sign(balls.minus(next, best));
                best = (greatest ? sign > 0 : sign < 0) ? next : best;
            }
        }
        return best;
    }

    /** By expansion along the first row, for what elimination over fractions can't do. */
    private B determinant(Function function) {
        Rational exact = ExactValue.of(function, values, fuel);
        if (exact != null) {
            return balls.rational(exact);
        }
        if (!(function.arguments().get(0) instanceof Expression.Matrix matrix)
                || matrix.rows().size() != matrix.columns()
                || matrix.columns() > 5) {
            throw new UndefinedValueException("no determinant");
        }
        return minor(matrix, 0, 0);
    }

    private B minor(Expression.Matrix matrix, int row, int usedColumns) {
        if (row == matrix.columns()) {
            return balls.whole(1);
        }
        B total = balls.whole(0);
        int sign = 1;
        for (int c = 0; c < matrix.columns(); c++) {
            if ((usedColumns >> c & 1) == 0) {
                B term = balls.times(of(matrix.rows().get(row).get(c)), minor(matrix, row + 1, usedColumns | 1 << c));
                total = balls.plus(total, sign > 0 ? term : balls.negated(term));
                sign = -sign;
            }
        }
        return total;
    }

    private B range(Range range) {
        Rational from = exact(range.from());
        Rational to = exact(range.to());
        BigInteger count = to.minus(from).numerator();
        if (!from.isInteger() || !to.isInteger() || count.bitLength() > 12 || count.intValue() > MAX_RANGE) {
            throw new UndefinedValueException("too long a sum");
        }
        Map<String, Rational> inner = new HashMap<>(values);
        B total = balls.whole(range.product() ? 1 : 0);
        for (int k = 0; k <= count.intValue(); k++) {
            inner.put(range.index().name(), from.plus(Rational.of(BigInteger.valueOf(k))));
            B next = new NumericValue<>(balls, inner, reading, fuel).of(range.body());
            total = range.product() ? balls.times(total, next) : balls.plus(total, next);
        }
        return total;
    }
}
