package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Root;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Real roots of polynomials in one letter, as closed expressions: fractions first, then those of quadratics and of quadratics in a square. */
final class PolynomialRoots {

    private static final int MAX_DEGREE = 24;
    private static final long MAX_DIVISORS_OF = 10_000_000;

    private PolynomialRoots() {}

    /**
     * A quotient of polynomials in one letter.
     *
     * @param numerator coefficients from the constant one up
     * @param denominator coefficients from the constant one up
     */
    record Fraction(List<Rational> numerator, List<Rational> denominator) {
        int signAt(Rational x) {
            return value(numerator, x).signum() * value(denominator, x).signum();
        }
    }

    /** The expression as such a quotient, if it is one. */
    static Optional<Fraction> fraction(Expression expression, String letter, Fuel fuel) {
        return NormalForm.inOneLetter(expression, letter, fuel)
                .map(form -> new Fraction(coefficients(form.numerator()), coefficients(form.denominator())))
                .filter(f -> f.numerator.size() <= MAX_DEGREE + 1 && f.denominator.size() <= MAX_DEGREE + 1);
    }

    private static List<Rational> coefficients(Polynomial polynomial) {
        List<Rational> coefficients = new ArrayList<>();
        polynomial.terms().forEach((monomial, coefficient) -> {
            int degree = monomial.exponent(0);
            while (degree <= MAX_DEGREE && coefficients.size() <= degree) {
                coefficients.add(Unit.ZERO);
            }
            if (degree <= MAX_DEGREE) {
                coefficients.set(degree, coefficient);
            } else {
                throw new UndefinedValueException("a degree above " + MAX_DEGREE);
            }
        });
        return coefficients;
    }

    private static Rational value(List<Rational> coefficients, Rational x) {
        Rational value = Unit.ZERO;
        for (int k = coefficients.size() - 1; k >= 0; k--) {
            value = value.times(x).plus(coefficients.get(k));
        }
        return value;
    }

    /** All real roots; nothing if not all of them have a closed form here, or if every number is one. */
    static Optional<List<Expression>> real(List<Rational> coefficients, Fuel fuel) {
        if (coefficients.isEmpty()) {
            return Optional.empty();
        }
        List<Expression> roots = new ArrayList<>();
        List<Rational> left = new ArrayList<>(coefficients);
        while (left.size() > 1 && left.get(0).signum() == 0) {
            left.remove(0);
            addOnce(roots, Num.of(0));
        }
        left = withoutFractions(left, roots, fuel);
        if (left.size() <= 1) {
            return Optional.of(roots);
        }
        if (left.size() == 3) {
            roots.addAll(quadratic(left.get(2), left.get(1), left.get(0)));
            return Optional.of(roots);
        }
        if (left.size() == 5 && left.get(1).signum() == 0 && left.get(3).signum() == 0) {
            for (Expression square : quadratic(left.get(4), left.get(2), left.get(0))) {
                addSquareRoots(roots, square, fuel);
            }
            return Optional.of(roots);
        }
        boolean power = left.subList(1, left.size() - 1).stream().allMatch(c -> c.signum() == 0);
        return power ? Optional.of(withPureRoots(roots, left)) : Optional.empty();
    }

    private static List<Expression> withPureRoots(List<Expression> roots, List<Rational> left) {
        int degree = left.size() - 1;
        Rational radicand = left.get(0).negated().over(left.get(degree));
        if (degree % 2 == 1 || radicand.signum() > 0) {
            Expression root = new Root(Num.of(radicand), Num.of(degree));
            roots.add(root);
            if (degree % 2 == 0) {
                roots.add(new Negation(root));
            }
        }
        return roots;
    }

    private static void addSquareRoots(List<Expression> roots, Expression square, Fuel fuel) {
        DoubleBalls balls = new DoubleBalls();
        DoubleBalls.Ball ball =
                new NumericValue<>(balls, java.util.Map.of(), NumericValue.Reading.COMPLEX, fuel).of(square);
        if (balls.sign(ball) > 0) {
            Expression root = new Root(square, Num.of(2));
            roots.add(root);
            roots.add(new Negation(root));
        }
    }

    private static void addOnce(List<Expression> roots, Expression root) {
        if (!roots.contains(root)) {
            roots.add(root);
        }
    }

    /** Divides the roots that are fractions out, by the theorem on rational roots. */
    private static List<Rational> withoutFractions(List<Rational> coefficients, List<Expression> roots, Fuel fuel) {
        List<Rational> left = coefficients;
        boolean again = true;
        while (again && left.size() > 1) {
            again = false;
            Optional<Rational> root =
                    left.size() == 2 ? Optional.of(left.get(0).negated().over(left.get(1))) : rationalRoot(left, fuel);
            if (root.isPresent()) {
                left = divided(left, root.get());
                addOnce(roots, Num.of(root.get()));
                again = true;
            }
        }
        return left;
    }

    private static Optional<Rational> rationalRoot(List<Rational> coefficients, Fuel fuel) {
        BigInteger common = BigInteger.ONE;
        for (Rational c : coefficients) {
            common = common.multiply(c.denominator()).divide(common.gcd(c.denominator()));
        }
        Rational scale = Rational.of(common);
        BigInteger low = coefficients.get(0).times(scale).numerator().abs();
        BigInteger high = coefficients
                .get(coefficients.size() - 1)
                .times(scale)
                .numerator()
                .abs();
        if (low.bitLength() > 40 || high.bitLength() > 40 || low.max(high).longValue() > MAX_DIVISORS_OF) {
            return Optional.empty();
        }
        List<Long> above = divisors(low.longValue(), fuel);
        List<Long> below = divisors(high.longValue(), fuel);
        for (long p : above) {
            for (long q : below) {
                fuel.spend(2L * coefficients.size());
                for (UnaryOperator<Rational> sign : List.<UnaryOperator<Rational>>of(x -> x, Rational::negated)) {
                    Rational candidate = sign.apply(Unit.rational(p, q));
                    if (value(coefficients, candidate).signum() == 0) {
                        return Optional.of(candidate);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<Long> divisors(long value, Fuel fuel) {
        List<Long> divisors = new ArrayList<>();
        for (long d = 1; d * d <= value; d++) {
            if (value % d == 0) {
                divisors.add(d);
                if (d * d != value) {
                    divisors.add(value / d);
                }
            }
        }
        fuel.spend(1 + divisors.size() + (long) Math.sqrt((double) value) / 16);
        return divisors;
    }

    /** Horner's scheme: without the factor x - root. */
    private static List<Rational> divided(List<Rational> coefficients, Rational root) {
        List<Rational> quotient = new ArrayList<>();
        Rational carry = Unit.ZERO;
        for (int k = coefficients.size() - 1; k >= 1; k--) {
            carry = carry.times(root).plus(coefficients.get(k));
            quotient.add(0, carry);
        }
        return quotient;
    }

    private static List<Expression> quadratic(Rational a, Rational b, Rational c) {
        Rational discriminant = b.times(b).minus(a.times(c).times(Unit.rational(4, 1)));
        if (discriminant.signum() < 0) {
            return List.of();
        }
        Expression root = new Root(Num.of(discriminant), Num.of(2));
        Expression minusB = Num.of(b.negated());
        Expression below = Num.of(a.times(Unit.rational(2, 1)));
        Expression plus = new Quotient(new Sum(List.of(minusB, root)), below);
        Expression minus = new Quotient(new Sum(List.of(minusB, new Negation(root))), below);
        return discriminant.signum() == 0 ? List.of(plus) : List.of(minus, plus);
    }
}
