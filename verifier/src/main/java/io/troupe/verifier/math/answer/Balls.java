package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import java.math.BigInteger;

/**
 * Arithmetic with complex numbers that are known up to a radius: every result contains the true value if the operands did. After Rump and Johansson's
 * midpoint-radius arithmetic. An operation that can't say where its value lies throws {@link UndefinedValueException}.
 *
 * @param <B> a ball: a midpoint and a radius
 */
interface Balls<B> {

    B rational(Rational value);

    B pi();

    B imaginaryUnit();

    B plus(B left, B right);

    B times(B left, B right);

    B negated(B operand);

    B inverse(B operand);

    B exp(B operand);

    /** The principal logarithm. */
    B log(B operand);

    B sin(B operand);

    B cos(B operand);

    /** Of a real number only. */
    B atan(B operand);

    /** The principal root. */
    B sqrt(B operand);

    B abs(B operand);

    B real(B operand);

    B imaginary(B operand);

    /** Whether the ball contains a real number. */
    boolean isReal(B operand);

    /** Whether the midpoint is real and the value known to be so. */
    boolean isSurelyReal(B operand);

    /** The sign of a real number: -1, 1, or 0 if it is exactly 0. */
    int sign(B operand);

    BigInteger floor(B operand);

    /** What is known of the difference of two values. */
    Gap gap(B left, B right);

    /** How far apart two values are. */
    enum Gap {
        /** The balls don't meet. */
        APART,
        /** The balls meet, and their radii are tiny beside the values. */
        TOGETHER,
        /** The balls meet, but the radii are not small beside the values. */
        UNKNOWN
    }

    default B minus(B left, B right) {
        return plus(left, negated(right));
    }

    default B over(B left, B right) {
        return times(left, inverse(right));
    }

    default B whole(long value) {
        return rational(Rational.of(BigInteger.valueOf(value)));
    }

    default B power(B base, int exponent) {
        B result = whole(1);
        B square = base;
        for (int left = Math.abs(exponent); left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = times(result, square);
            }
            if (left > 1) {
                square = times(square, square);
            }
        }
        return exponent < 0 ? inverse(result) : result;
    }
}
