package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Root;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as quotients of polynomials over generators: letters, roots of primes, pi, e, i, and functions of normal forms. What comes out equal is
 * equal wherever both sides are defined; what does not may still be. One form serves several expressions, which then share their generators.
 */
final class NormalForm {

    private static final int MAX_INDEX_BITS = 16;

    private static final long BUDGET = 40_000;
    private static final int MAX_POWER = 256;

    final Generators generators;
    private final Fuel fuel;
    private final SpecialAngles angles;

    private NormalForm(Fuel fuel) {
        this.fuel = fuel;
        this.generators = new Generators(fuel);
        this.angles = new SpecialAngles(generators, fuel);
    }

    /**
     * A quotient of polynomials.
     *
     * @param numerator above
     * @param denominator below, not 0
     */
    record Form(Polynomial numerator, Polynomial denominator) {}

    /** Whether the difference of two expressions is 0 by algebra; false also if that would take too long. */
    static boolean areEqual(Expression a, Expression b, Fuel fuel) {
        return within(fuel, share -> {
                    var normal = new NormalForm(share);
                    Form f = normal.of(a);
                    Form g = normal.of(b);
                    Polynomial cross = normal.times(f.numerator, g.denominator);
                    Polynomial other = normal.times(g.numerator, f.denominator);
                    return cross.equals(other);
                })
                .orElse(false);
    }

    /** The sign of the constant c with {@code f = c g}; if {@code asZero}, with the same zeros. 0 if there is none. */
    static int proportion(Expression f, Expression g, boolean asZero, Fuel fuel) {
        return within(fuel, share -> {
                    var normal = new NormalForm(share);
                    Form a = normal.of(f);
                    Form b = normal.of(g);
                    Polynomial left = asZero ? a.numerator : normal.times(a.numerator, b.denominator);
                    Polynomial right = asZero ? b.numerator : normal.times(b.numerator, a.denominator);
                    return left.over(right, share).signum();
                })
                .orElse(0);
    }

    /** The expression as a quotient of polynomials in one letter alone. */
    static Optional<Form> inOneLetter(Expression expression, String letter, Fuel fuel) {
        return within(fuel, share -> {
                    var normal = new NormalForm(share);
                    int number = normal.generators.number(letterKey(letter));
                    Form form = normal.of(expression);
                    return number == 0 && normal.generators.count() == 1 ? Optional.of(form) : Optional.<Form>empty();
                })
                .flatMap(found -> found);
    }

    /** Why the expression, or a part of it, has no value, such as a division by what algebra shows to be 0; empty also if that would take too long to see. */
    static Optional<String> lackOfValue(Expression expression, Fuel fuel) {
        return within(fuel, share -> lackWithin(expression, share)).flatMap(found -> found);
    }

    private static Optional<String> lackWithin(Expression expression, Fuel fuel) {
        try {
            new NormalForm(fuel).of(expression);
            return Optional.empty();
        } catch (UndefinedValueException e) {
            return e.isNoValue()
                    ? Optional.of(String.valueOf(e.getMessage()))
                    : expression.parts().stream()
                            .flatMap(part -> lackWithin(part, fuel).stream())
                            .findFirst();
        }
    }

    private static <T> Optional<T> within(Fuel fuel, java.util.function.Function<Fuel, T> work) {
        long budget = Math.min(BUDGET, fuel.left());
        Fuel share = new Fuel(budget);
        try {
            return Optional.of(work.apply(share));
        } catch (UndefinedValueException e) {
            return Optional.empty();
        } catch (FuelExhaustedException e) {
            // the share was too small for the algebra; the caller has other means
            return Optional.empty();
        } finally {
            fuel.spend(budget - share.left());
        }
    }

    private static String letterKey(String letter) {
        return "letter " + letter;
    }

    Polynomial times(Polynomial a, Polynomial b) {
        return generators.reduced(a.times(b, fuel));
    }

    private Form form(Polynomial polynomial) {
        return new Form(polynomial, Polynomial.constant(Unit.ONE));
    }

    private Form constant(Rational value) {
        return form(Polynomial.constant(value));
    }

    private Form generator(String key) {
        return form(Polynomial.generator(generators.number(key)));
    }

    private Form plus(Form a, Form b) {
        if (a.denominator.equals(b.denominator)) {
            return new Form(a.numerator.plus(b.numerator, fuel), a.denominator);
        }
        return new Form(
                times(a.numerator, b.denominator).plus(times(b.numerator, a.denominator), fuel),
                times(a.denominator, b.denominator));
    }

    private Form times(Form a, Form b) {
        return new Form(times(a.numerator, b.numerator), times(a.denominator, b.denominator));
    }

    private Form inverse(Form a) {
        if (a.numerator.isZero()) {
            throw UndefinedValueException.noValue("division by 0");
        }
        return new Form(a.denominator, a.numerator);
    }

    private Form power(Form base, int exponent) {
        if (Math.abs(exponent) > MAX_POWER) {
            throw new UndefinedValueException("too high a power");
        }
        Form result = constant(Unit.ONE);
        for (int k = 0; k < Math.abs(exponent); k++) {
            result = times(result, base);
        }
        return exponent < 0 ? inverse(result) : result;
    }

    private Form of(Expression expression) {
        fuel.spend(2);
        Rational exact = expression instanceof Num num ? num.value() : null;
        if (exact != null) {
            return constant(exact);
        }
        if (expression instanceof Expression.Symbol symbol) {
            return generator(letterKey(symbol.name()));
        }
        if (expression instanceof Constant constant) {
            return constantForm(constant);
        }
        if (expression instanceof Sum sum) {
            Form total = constant(Unit.ZERO);
            for (Expression term : sum.terms()) {
                total = plus(total, of(term));
            }
            return total;
        }
        if (expression instanceof Product product) {
            Form total = constant(Unit.ONE);
            for (Expression factor : product.factors()) {
                total = times(total, of(factor));
            }
            return total;
        }
        return compound(expression);
    }

    private Form constantForm(Constant constant) {
        if (constant == Constant.INFINITY) {
            throw new UndefinedValueException("infinity");
        }
        return constant == Constant.I ? form(generators.imaginary()) : generator("constant " + constant);
    }

    private Form compound(Expression expression) {
        if (expression instanceof Negation negation) {
            return times(constant(Unit.ONE.negated()), of(negation.operand()));
        }
        if (expression instanceof Quotient quotient) {
            return times(of(quotient.numerator()), inverse(of(quotient.denominator())));
        }
        if (expression instanceof Power power) {
            return power(power);
        }
        if (expression instanceof Root root) {
            Rational index = ExactValue.of(root.index(), fuel);
            if (index == null || !index.isInteger() || index.signum() <= 0) {
                throw new UndefinedValueException("a root of unknown index");
            }
            if (index.numerator().bitLength() > MAX_INDEX_BITS) {
                throw new UndefinedValueException("a root of too great an index");
            }
            return root(root.radicand(), index.numerator().intValue());
        }
        if (expression instanceof Function function) {
            return function(function);
        }
        if (expression instanceof Quantity quantity && quantity.unit().isNumber()) {
            Form amount = times(of(quantity.amount()), constant(quantity.unit().factor()));
            return times(
                    amount,
                    power(generator("constant " + Constant.PI), quantity.unit().piPower()));
        }
        Rational exact = ExactValue.of(expression, fuel);
        if (exact == null) {
            throw new UndefinedValueException(
                    "no algebra for " + expression.getClass().getSimpleName());
        }
        return constant(exact);
    }

    private Form power(Power power) {
        Rational exponent = ExactValue.of(power.exponent(), fuel);
        if (exponent != null && exponent.isInteger() && exponent.numerator().bitLength() < 31) {
            Rational whole = ExactValue.of(power, fuel);
            return whole != null
                    ? constant(whole)
                    : power(of(power.base()), exponent.numerator().intValue());
        }
        if (exponent != null && exponent.bits() < 24) {
            return power(
                    root(power.base(), exponent.denominator().intValue()),
                    exponent.numerator().intValue());
        }
        if (power.exponent() instanceof Negation negation) {
            return inverse(power(new Power(power.base(), negation.operand())));
        }
        if (power.exponent() instanceof Sum sum) {
            Form total = constant(Unit.ONE);
            for (Expression term : sum.terms()) {
                total = times(total, power(new Power(power.base(), term)));
            }
            return total;
        }
        if (power.base() == Constant.E) {
            return exponential(power.exponent());
        }
        return generator("power " + key(of(power.base())) + "^" + key(of(power.exponent())));
    }

    private Form root(Expression radicand, int index) {
        Rational value = ExactValue.of(radicand, fuel);
        if (value != null) {
            return form(generators.root(value, index));
        }
        if (radicand instanceof Power power
                && index % 2 == 1
                && power.exponent() instanceof Num num
                && num.value().equals(Unit.rational(index, 1))) {
            return of(power.base());
        }
        Form base = of(radicand);
        boolean whole =
                base.denominator.isConstant() && base.denominator.constantTerm().equals(Unit.ONE);
        String key = "root " + index + " " + key(base);
        return whole ? form(generators.root(key, base.numerator, index)) : generator(key);
    }

    private Form function(Function function) {
        Rational exact = ExactValue.of(function, fuel);
        if (exact != null) {
            return constant(exact);
        }
        Expression first = function.arguments().get(0);
        switch (function.name()) {
            case "tan" -> {
                return times(wave("sin", first), inverse(wave("cos", first)));
            }
            case "cot" -> {
                return times(wave("cos", first), inverse(wave("sin", first)));
            }
            case "sec" -> {
                return inverse(wave("cos", first));
            }
            case "csc" -> {
                return inverse(wave("sin", first));
            }
            case "sin", "cos" -> {
                return wave(function.name(), first);
            }
            case "log" -> {
                if (function.arguments().size() == 2) {
                    return times(
                            logarithm(first),
                            inverse(logarithm(function.arguments().get(1))));
                }
                requireLogarithm(ExactValue.of(first, fuel));
                return generator("log " + key(of(first)));
            }
            case "ln" -> {
                return logarithm(first);
            }
            case "ratio" -> {
                return times(of(first), inverse(of(function.arguments().get(1))));
            }
            case "det" -> throw new UndefinedValueException("no algebra for determinants");
            default -> {
                var key = new StringBuilder(function.name());
                function.arguments().forEach(argument -> key.append(' ').append(key(of(argument))));
                return generator(key.toString());
            }
        }
    }

    private Form wave(String name, Expression argument) {
        Form angle = of(argument);
        Optional<Integer> twelfths = angles.twelfths(angle, piNumber());
        if (twelfths.isPresent()) {
            return form(name.equals("sin") ? angles.sine(twelfths.get()) : angles.cosine(twelfths.get()));
        }
        String key = key(angle);
        Polynomial sine = Polynomial.generator(generators.number("sin " + key));
        return form(name.equals("sin") ? sine : generators.cosine("cos " + key, sine));
    }

    /** The power of e, which turns in the complex plane if its exponent is i times a multiple of pi. */
    private Form exponential(Expression exponent) {
        Form form = of(exponent);
        Polynomial turned = generators.reduced(
                form.numerator.times(generators.imaginary(), fuel).times(Unit.ONE.negated(), fuel));
        Optional<Integer> twelfths = angles.twelfths(new Form(turned, form.denominator), piNumber());
        if (twelfths.isEmpty()) {
            return generator("power e^" + key(form));
        }
        Polynomial sine = angles.sine(twelfths.get()).times(generators.imaginary(), fuel);
        return form(angles.cosine(twelfths.get()).plus(sine, fuel));
    }

    private int piNumber() {
        return generators.number("constant " + Constant.PI);
    }

    private static void requireLogarithm(@Nullable Rational value) {
        if (value != null && value.signum() == 0) {
            throw UndefinedValueException.noValue("logarithm of 0");
        }
    }

    private Form logarithm(Expression argument) {
        Rational value = ExactValue.of(argument, fuel);
        requireLogarithm(value);
        if (value != null && value.signum() > 0) {
            return form(generators.logarithm(value));
        }
        return argument == Constant.E ? constant(Unit.ONE) : generator("ln " + key(of(argument)));
    }

    private String key(Form form) {
        fuel.spend(
                4L * (form.numerator.terms().size() + form.denominator.terms().size()));
        return "(" + form.numerator + ")/(" + form.denominator + ")";
    }
}
