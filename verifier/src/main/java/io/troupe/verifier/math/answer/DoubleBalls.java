package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Balls of doubles: quick, and enough to tell most different answers apart. Stateless. */
final class DoubleBalls implements Balls<DoubleBalls.Ball> {

    /** Several times the rounding error of an operation of {@link Math}, relative. */
    private static final double EPSILON = 1e-15;

    private static final double MAX_EXPONENT = 600;
    private static final double MAX_ANGLE = 1e8;

    /**
     * A disc in the complex plane.
     *
     * @param re the midpoint's real part
     * @param im the midpoint's imaginary part; exactly 0 for a real number
     * @param radius its radius, which for a real number reaches along the axis only
     */
    record Ball(double re, double im, double radius) {
        double size() {
            return Math.hypot(re, im);
        }
    }

    private static Ball ball(double re, double im, double radius) {
        double rounded = radius + EPSILON * (Math.abs(re) + Math.abs(im));
        if (!(Math.abs(re) < 1e250 && Math.abs(im) < 1e250 && rounded < 1e250)) {
            throw new UndefinedValueException("too big for a double");
        }
        return new Ball(re, im, rounded + 1e-290);
    }

    @Override
    public Ball rational(Rational value) {
        if (value.signum() == 0) {
            return new Ball(0, 0, 0);
        }
        if (value.isInteger() && value.numerator().bitLength() < 53) {
            return new Ball(value.numerator().longValue(), 0, 0);
        }
        double quotient = value.bits() < 1000
                ? value.numerator().doubleValue() / value.denominator().doubleValue()
                : new BigDecimal(value.numerator())
                        .divide(new BigDecimal(value.denominator()), MathContext.DECIMAL64)
                        .doubleValue();
        return ball(quotient, 0, 0);
    }

    @Override
    public Ball pi() {
        return ball(Math.PI, 0, 0);
    }

    @Override
    public Ball imaginaryUnit() {
        return new Ball(0, 1, 0);
    }

    @Override
    public Ball plus(Ball a, Ball b) {
        return ball(a.re + b.re, a.im + b.im, a.radius + b.radius);
    }

    @Override
    public Ball times(Ball a, Ball b) {
        double sizeA = a.size();
        double sizeB = b.size();
        double radius = sizeA * b.radius + sizeB * a.radius + a.radius * b.radius + EPSILON * sizeA * sizeB;
        if (a.im == 0 && b.im == 0) {
            return ball(a.re * b.re, 0, radius);
        }
        return ball(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, radius);
    }

    @Override
    public Ball negated(Ball a) {
        return new Ball(-a.re, a.im == 0 ? 0 : -a.im, a.radius);
    }

    @Override
    public Ball inverse(Ball a) {
        double size = apartFromZero(a);
        double square = a.re * a.re + a.im * a.im;
        if (square < 1e-280) {
            throw new UndefinedValueException("too small for a double");
        }
        return ball(
                a.re / square, a.im == 0 ? 0 : -a.im / square, a.radius / (size * (size - a.radius)) + EPSILON / size);
    }

    private static double apartFromZero(Ball a) {
        double size = a.size();
        if (size <= a.radius * (1 + EPSILON)) {
            throw new UndefinedValueException("a value that may be 0");
        }
        return size;
    }

    @Override
    public Ball exp(Ball a) {
        if (Math.abs(a.re) > MAX_EXPONENT || Math.abs(a.im) > MAX_ANGLE || a.radius > 1) {
            throw new UndefinedValueException("too big for a double");
        }
        double size = Math.exp(a.re);
        double radius = size * Math.expm1(a.radius) * (1 + EPSILON) + EPSILON * size;
        return a.im == 0 ? ball(size, 0, radius) : ball(size * Math.cos(a.im), size * Math.sin(a.im), radius);
    }

    @Override
    public Ball log(Ball a) {
        double size = apartFromZero(a);
        requireOffTheCut(a);
        double radius = -Math.log1p(-a.radius / size) + EPSILON;
        return ball(Math.log(size), a.im == 0 && a.re > 0 ? 0 : Math.atan2(a.im, a.re), radius);
    }

    private static void requireOffTheCut(Ball a) {
        if (a.re < a.radius && a.im != 0 && Math.abs(a.im) <= a.radius) {
            throw new UndefinedValueException("a value on both sides of a cut");
        }
    }

    @Override
    public Ball sin(Ball a) {
        return wave(a, Math.sin(a.re) * cosh(a.im), a.im == 0 ? 0 : Math.cos(a.re) * Math.sinh(a.im));
    }

    @Override
    public Ball cos(Ball a) {
        return wave(a, Math.cos(a.re) * cosh(a.im), a.im == 0 ? 0 : -Math.sin(a.re) * Math.sinh(a.im));
    }

    private static Ball wave(Ball a, double re, double im) {
        if (Math.abs(a.re) > MAX_ANGLE || Math.abs(a.im) > MAX_EXPONENT / 2 || a.radius > 1) {
            throw new UndefinedValueException("too big an angle for a double");
        }
        double slope = Math.cosh(Math.abs(a.im) + a.radius);
        return ball(re, im, a.radius * slope + EPSILON * slope);
    }

    private static double cosh(double y) {
        return y == 0 ? 1 : Math.cosh(y);
    }

    @Override
    public Ball atan(Ball a) {
        if (a.im != 0) {
            throw new UndefinedValueException("an angle of a complex number");
        }
        return ball(Math.atan(a.re), 0, a.radius + EPSILON);
    }

    @Override
    public Ball sqrt(Ball a) {
        double size = a.size();
        if (size == 0 && a.radius == 0) {
            return a;
        }
        if (size <= 2 * a.radius) {
            return new Ball(0, 0, Math.sqrt(size + a.radius) * (1 + EPSILON));
        }
        requireOffTheCut(a);
        double radius = a.radius / Math.sqrt(size - a.radius) + EPSILON * Math.sqrt(size);
        if (a.im == 0) {
            return a.re > 0 ? ball(Math.sqrt(a.re), 0, radius) : ball(0, Math.sqrt(-a.re), radius);
        }
        double u = Math.sqrt((size + Math.abs(a.re)) / 2);
        double v = Math.abs(a.im) / (2 * u);
        return a.re >= 0 ? ball(u, Math.copySign(v, a.im), radius) : ball(v, Math.copySign(u, a.im), radius);
    }

    @Override
    public Ball abs(Ball a) {
        return a.im == 0 ? new Ball(Math.abs(a.re), 0, a.radius) : ball(a.size(), 0, a.radius);
    }

    @Override
    public Ball real(Ball a) {
        return new Ball(a.re, 0, a.radius);
    }

    @Override
    public Ball imaginary(Ball a) {
        return new Ball(a.im, 0, a.im == 0 ? 0 : a.radius);
    }

    @Override
    public boolean isReal(Ball a) {
        return Math.abs(a.im) <= a.radius;
    }

    @Override
    public boolean isSurelyReal(Ball a) {
        return a.im == 0;
    }

    @Override
    public int sign(Ball a) {
        if (a.im != 0) {
            throw new UndefinedValueException("the sign of a complex number");
        }
        if (a.re == 0 && a.radius == 0) {
            return 0;
        }
        apartFromZero(a);
        return a.re > 0 ? 1 : -1;
    }

    @Override
    public BigInteger floor(Ball a) {
        double low = Math.floor(a.re - a.radius);
        if (a.im != 0 || low != Math.floor(a.re + a.radius) || Math.abs(low) > 1e15) {
            throw new UndefinedValueException("a value too close to a whole number");
        }
        return BigInteger.valueOf((long) low);
    }

    @Override
    public Gap gap(Ball a, Ball b) {
        double distance = Math.hypot(a.re - b.re, a.im - b.im);
        double radii = a.radius + b.radius;
        if (distance > radii * (1 + EPSILON) + 1e-280) {
            return Gap.APART;
        }
        return radii < 1e-9 * Math.max(a.size(), b.size()) ? Gap.TOGETHER : Gap.UNKNOWN;
    }
}
