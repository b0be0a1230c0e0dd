package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Polynomial.Monomial;
import java.math.BigInteger;
import java.util.Optional;

/** Sines and cosines of multiples of a twelfth of pi, in square roots. */
final class SpecialAngles {

    private static final BigInteger TWELVE = BigInteger.valueOf(12);

    private final Generators generators;
    private final Fuel fuel;

    SpecialAngles(Generators generators, Fuel fuel) {
        this.generators = generators;
        this.fuel = fuel;
    }

    /** How many twelfths of pi an angle is, from 0 to 23; nothing if it is no such multiple. */
    Optional<Integer> twelfths(NormalForm.Form angle, int piNumber) {
        if (!angle.denominator().isConstant() || angle.numerator().terms().size() > 1) {
            return Optional.empty();
        }
        if (angle.numerator().isZero()) {
            return Optional.of(0);
        }
        Monomial monomial = angle.numerator().terms().firstKey();
        Rational factor =
                angle.numerator().terms().get(monomial).over(angle.denominator().constantTerm());
        Rational count = factor.times(Rational.of(TWELVE));
        return monomial.equals(Monomial.of(piNumber)) && count.isInteger()
                ? Optional.of(count.numerator().mod(BigInteger.valueOf(24)).intValue())
                : Optional.empty();
    }

    Polynomial sine(int twelfths) {
        int turn = Math.floorMod(twelfths, 24);
        if (turn >= 12) {
            return sine(turn - 12).times(Unit.ONE.negated(), fuel);
        }
        Rational half = Unit.rational(1, 2);
        return switch (Math.min(turn, 12 - turn)) {
            case 0 -> Polynomial.constant(Unit.ZERO);
            case 1 -> quarter(true);
            case 2 -> Polynomial.constant(half);
            case 3 -> root(2).times(half, fuel);
            case 4 -> root(3).times(half, fuel);
            case 5 -> quarter(false);
            default -> Polynomial.constant(Unit.ONE);
        };
    }

    Polynomial cosine(int twelfths) {
        return sine(twelfths + 6);
    }

    private Polynomial root(long value) {
        return generators.root(Unit.rational(value, 1), 2);
    }

    /** The root of six plus or minus the root of two, over four. */
    private Polynomial quarter(boolean minus) {
        Rational quarter = Unit.rational(1, 4);
        return root(6).times(quarter, fuel).plus(root(2).times(minus ? quarter.negated() : quarter, fuel), fuel);
    }
}
