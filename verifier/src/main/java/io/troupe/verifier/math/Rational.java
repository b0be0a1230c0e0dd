package io.troupe.verifier.math;

import java.math.BigInteger;

/**
 * An exact fraction in lowest terms with a positive denominator.
 *
 * @param numerator the numerator
 * @param denominator the denominator, at least 1
 */
public record Rational(BigInteger numerator, BigInteger denominator) {

    public Rational {
        if (denominator.signum() == 0) {
            throw new ArithmeticException("a fraction's denominator can't be 0");
        }
        BigInteger shared = numerator.gcd(denominator);
        if (denominator.signum() < 0) {
            shared = shared.negate();
        }
        if (!shared.equals(BigInteger.ONE)) {
            numerator = numerator.divide(shared);
            denominator = denominator.divide(shared);
        }
    }

    /** A whole number. */
    public static Rational of(BigInteger value) {
        return new Rational(value, BigInteger.ONE);
    }

    /** The sum. */
    public Rational plus(Rational other) {
        return new Rational(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    /** The difference. */
    public Rational minus(Rational other) {
        return plus(other.negated());
    }

    /** The product. */
    public Rational times(Rational other) {
        return new Rational(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    /**
     * The quotient.
     *
     * @throws ArithmeticException if the other is 0
     */
    public Rational over(Rational other) {
        return new Rational(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    /** The number with the other sign. */
    public Rational negated() {
        return new Rational(numerator.negate(), denominator);
    }

    /** Whether it is a whole number. */
    public boolean isInteger() {
        return denominator.equals(BigInteger.ONE);
    }

    /** Its sign: -1, 0 or 1. */
    public int signum() {
        return numerator.signum();
    }

    /** How many bits numerator and denominator take together: the measure of what an operation costs. */
    public long bits() {
        return (long) numerator.bitLength() + denominator.bitLength();
    }

    /** {@code 7}, {@code -7} or {@code 7/3}. */
    @Override
    public String toString() {
        return isInteger() ? numerator.toString() : numerator + "/" + denominator;
    }
}
