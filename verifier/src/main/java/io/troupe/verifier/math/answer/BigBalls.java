package io.troupe.verifier.math.answer;

import ch.obermuhlner.math.big.BigDecimalMath;
import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Balls of decimals with as many digits as asked for. Results of dear functions are remembered. Not safe for several threads. */
final class BigBalls implements Balls<BigBalls.Ball> {

    private static final MathContext UP = new MathContext(4, RoundingMode.UP);
    private static final MathContext DOWN = new MathContext(4, RoundingMode.DOWN);
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal MAX_EXPONENT = BigDecimal.valueOf(100_000);
    private static final BigDecimal MAX_ANGLE = BigDecimal.valueOf(1_000_000_000_000L);
    private static final char LOGARITHM = 'l';
    private static final int MAX_SCALE = 1_000_000_000;
    /** Functions of numbers with more zeros before their digits, or behind them, would write them out. */
    private static final int MAX_ZEROS = 5_000;
    /** The powers of ten between which the library takes logarithms quickly. */
    private static final int NEAR_ONE = 20;

    /**
     * A disc in the complex plane.
     *
     * @param re the midpoint's real part
     * @param im the midpoint's imaginary part; exactly 0 for a real number
     * @param radius its radius
     */
    record Ball(BigDecimal re, BigDecimal im, BigDecimal radius) {
        /** At least the distance from 0. */
        BigDecimal size() {
            return re.abs().add(im.abs(), UP).round(UP);
        }

        /** At most the distance from 0. */
        BigDecimal sizeBelow() {
            return re.abs().max(im.abs()).round(DOWN);
        }

        boolean onAxis() {
            return im.signum() == 0;
        }
    }

    private record Call(char function, BigDecimal argument) {}

    private final MathContext digits;
    private final Fuel fuel;
    private final long price;
    private final Map<Call, BigDecimal> known = new HashMap<>();

    BigBalls(int digits, Fuel fuel) {
        this.digits = new MathContext(digits, RoundingMode.HALF_EVEN);
        this.fuel = fuel;
        this.price = Math.max(1, (long) digits * digits / 400);
    }

    private BigDecimal remembered(char function, BigDecimal argument, int cost, Supplier<BigDecimal> value) {
        if (function != LOGARITHM && isExtreme(argument)) {
            throw new UndefinedValueException("a function of a number too far from 1");
        }
        Call call = new Call(function, argument);
        BigDecimal found = known.get(call);
        if (found == null) {
            fuel.spend(cost * price);
            try {
                found = value.get();
            } catch (ArithmeticException e) {
                throw new UndefinedValueException("no value: " + e.getMessage());
            }
            known.put(call, found);
        }
        return found;
    }

    private static boolean isTiny(BigDecimal value) {
        return value.signum() != 0 && (long) value.scale() - value.precision() > MAX_ZEROS;
    }

    private static boolean isHuge(BigDecimal value) {
        return value.signum() != 0 && (long) value.precision() - value.scale() > MAX_ZEROS;
    }

    /** Whether writing a number out would take thousands of zeros. */
    static boolean isExtreme(BigDecimal value) {
        return isTiny(value) || isHuge(value);
    }

    private Ball ball(BigDecimal re, BigDecimal im, BigDecimal radius) {
        BigDecimal roundedRe = re.round(digits);
        BigDecimal roundedIm = im.round(digits);
        BigDecimal size = roundedRe.abs().add(roundedIm.abs(), UP);
        if (size.signum() != 0 && Math.abs((long) size.precision() - size.scale()) > MAX_SCALE) {
            throw new UndefinedValueException("too big or too small");
        }
        return new Ball(roundedRe, roundedIm, radius.add(ulps(size), UP));
    }

    /** Two units in the last place. */
    private BigDecimal ulps(BigDecimal size) {
        return size.signum() == 0
                ? BigDecimal.ZERO
                : size.scaleByPowerOfTen(1 - digits.getPrecision()).multiply(TWO, UP);
    }

    @Override
    public Ball rational(Rational value) {
        fuel.spend(1 + value.bits() / 256);
        BigDecimal numerator = new BigDecimal(value.numerator());
        if (value.isInteger() && value.numerator().bitLength() < digits.getPrecision()) {
            return new Ball(numerator, BigDecimal.ZERO, BigDecimal.ZERO);
        }
        return ball(numerator.divide(new BigDecimal(value.denominator()), digits), BigDecimal.ZERO, BigDecimal.ZERO);
    }

    @Override
    public Ball pi() {
        return ball(BigDecimalMath.pi(digits), BigDecimal.ZERO, BigDecimal.ZERO);
    }

    @Override
    public Ball imaginaryUnit() {
        return new Ball(BigDecimal.ZERO, BigDecimal.ONE, BigDecimal.ZERO);
    }

    @Override
    public Ball plus(Ball a, Ball b) {
        fuel.spend(1);
        return ball(a.re.add(b.re, digits), a.im.add(b.im, digits), a.radius.add(b.radius, UP));
    }

    @Override
    public Ball times(Ball a, Ball b) {
        fuel.spend(1 + price / 4);
        BigDecimal sizeA = a.size();
        BigDecimal sizeB = b.size();
        BigDecimal radius = sizeA.multiply(b.radius, UP)
                .add(sizeB.multiply(a.radius, UP), UP)
                .add(a.radius.multiply(b.radius, UP), UP);
        if (a.onAxis() && b.onAxis()) {
            return ball(a.re.multiply(b.re, digits), BigDecimal.ZERO, radius);
        }
        BigDecimal rounding = ulps(sizeA.multiply(sizeB, UP));
        return ball(
                a.re.multiply(b.re, digits).subtract(a.im.multiply(b.im, digits), digits),
                a.re.multiply(b.im, digits).add(a.im.multiply(b.re, digits), digits),
                radius.add(rounding, UP));
    }

    @Override
    public Ball negated(Ball a) {
        return new Ball(a.re.negate(), a.im.negate(), a.radius);
    }

    @Override
    public Ball inverse(Ball a) {
        fuel.spend(2 + price / 2);
        BigDecimal size = apartFromZero(a);
        BigDecimal radius = a.radius.divide(size.multiply(size.subtract(a.radius, DOWN), DOWN), UP);
        if (a.onAxis()) {
            return ball(BigDecimal.ONE.divide(a.re, digits), BigDecimal.ZERO, radius);
        }
        BigDecimal square = a.re.multiply(a.re, digits).add(a.im.multiply(a.im, digits), digits);
        BigDecimal rounding = ulps(BigDecimal.ONE.divide(size, UP)).multiply(TWO);
        return ball(a.re.divide(square, digits), a.im.negate().divide(square, digits), radius.add(rounding, UP));
    }

    private static BigDecimal apartFromZero(Ball a) {
        BigDecimal size = a.sizeBelow();
        if (size.compareTo(a.radius) <= 0) {
            throw new UndefinedValueException("a value that may be 0");
        }
        return size;
    }

    @Override
    public Ball exp(Ball a) {
        if (a.re.abs().compareTo(MAX_EXPONENT) > 0 || a.radius.compareTo(BigDecimal.ONE) > 0) {
            throw new UndefinedValueException("too big an exponent");
        }
        BigDecimal size = a.re.signum() == 0
                ? BigDecimal.ONE
                : remembered('e', a.re, 200, () -> BigDecimalMath.exp(a.re, digits));
        BigDecimal radius = size.abs().multiply(a.radius.multiply(TWO), UP).add(ulps(size), UP);
        if (a.onAxis()) {
            return ball(size, BigDecimal.ZERO, radius);
        }
        BigDecimal angle = angle(a.im);
        return ball(
                size.multiply(cosine(angle), digits),
                size.multiply(sine(angle), digits),
                radius.add(ulps(size).multiply(TWO), UP));
    }

    private static BigDecimal angle(BigDecimal angle) {
        if (angle.abs().compareTo(MAX_ANGLE) > 0) {
            throw new UndefinedValueException("too big an angle");
        }
        return angle;
    }

    private BigDecimal sine(BigDecimal angle) {
        return remembered('s', angle, 120, () -> BigDecimalMath.sin(angle, digits));
    }

    private BigDecimal cosine(BigDecimal angle) {
        return remembered('c', angle, 120, () -> BigDecimalMath.cos(angle, digits));
    }

    @Override
    public Ball log(Ball a) {
        BigDecimal size = apartFromZero(a);
        requireOffTheCut(a);
        BigDecimal radius = a.radius.multiply(TWO).divide(size, UP);
        if (a.radius.multiply(TWO).compareTo(size) > 0) {
            throw new UndefinedValueException("too little is known for a logarithm");
        }
        if (a.onAxis()) {
            BigDecimal log = remembered(LOGARITHM, a.re.abs(), 350, () -> logarithm(a.re.abs()));
            return ball(log, a.re.signum() > 0 ? BigDecimal.ZERO : BigDecimalMath.pi(digits), radius);
        }
        BigDecimal square = a.re.multiply(a.re, digits).add(a.im.multiply(a.im, digits), digits);
        BigDecimal log =
                remembered(LOGARITHM, square, 350, () -> logarithm(square)).divide(TWO, digits);
        fuel.spend(2_500 * price);
        if (isExtreme(a.im) || isExtreme(a.re)) {
            throw new UndefinedValueException("an angle of numbers too far from 1");
        }
        BigDecimal angle = BigDecimalMath.atan2(a.im, a.re, digits);
        return ball(log, angle, radius.add(ulps(BigDecimal.TEN), UP));
    }

    /** Of a number far from 1 by its power of ten: the library would write it out, and takes a thousand times as long for 10^3000 as for 10. */
    private BigDecimal logarithm(BigDecimal positive) {
        long power = (long) positive.precision() - positive.scale() - 1;
        if (Math.abs(power) < NEAR_ONE) {
            return BigDecimalMath.log(positive, digits);
        }
        var wide = new MathContext(digits.getPrecision() + 10, RoundingMode.HALF_EVEN);
        BigDecimal mantissa = BigDecimalMath.log(positive.scaleByPowerOfTen((int) -power), wide);
        return BigDecimalMath.log(BigDecimal.TEN, wide)
                .multiply(BigDecimal.valueOf(power), wide)
                .add(mantissa, digits);
    }

    private static void requireOffTheCut(Ball a) {
        if (!a.onAxis() && a.re.compareTo(a.radius) < 0 && a.im.abs().compareTo(a.radius) <= 0) {
            throw new UndefinedValueException("a value on both sides of a cut");
        }
    }

    @Override
    public Ball sin(Ball a) {
        BigDecimal angle = angle(a.re);
        if (a.onAxis()) {
            return ball(sine(angle), BigDecimal.ZERO, a.radius.add(ulps(BigDecimal.ONE), UP));
        }
        return wave(a, true);
    }

    @Override
    public Ball cos(Ball a) {
        BigDecimal angle = angle(a.re);
        if (a.onAxis()) {
            return ball(cosine(angle), BigDecimal.ZERO, a.radius.add(ulps(BigDecimal.ONE), UP));
        }
        return wave(a, false);
    }

    /** By Euler's formula: (e^{iz} ∓ e^{-iz}) / 2, over i for the sine. */
    private Ball wave(Ball a, boolean sine) {
        Ball turned = times(imaginaryUnit(), a);
        Ball forward = exp(turned);
        Ball back = exp(negated(turned));
        Ball sum = sine ? times(negated(imaginaryUnit()), minus(forward, back)) : plus(forward, back);
        return times(sum, rational(Unit.rational(1, 2)));
    }

    @Override
    public Ball atan(Ball a) {
        if (!a.onAxis()) {
            throw new UndefinedValueException("an angle of a complex number");
        }
        if (isHuge(a.re) && a.radius.compareTo(BigDecimal.ONE) < 0) {
            // the rest of the right angle is far below the last digit
            Ball right = times(pi(), rational(Unit.rational(a.re.signum(), 2)));
            return ball(right.re, BigDecimal.ZERO, right.radius);
        }
        BigDecimal angle = remembered('a', a.re, 2_000, () -> angleOf(a.re));
        return ball(angle, BigDecimal.ZERO, angleRadius(a).add(ulps(BigDecimal.ONE), UP));
    }

    /** Far from 0 by what is missing to a right angle: the library's own series takes the longer the larger the number. */
    private BigDecimal angleOf(BigDecimal tangent) {
        if (tangent.abs().compareTo(BigDecimal.TEN) < 0) {
            return BigDecimalMath.atan(tangent, digits);
        }
        BigDecimal missing = BigDecimal.ONE.divide(tangent, digits);
        boolean tiny = (long) missing.precision() - missing.scale() < -digits.getPrecision();
        BigDecimal right = BigDecimalMath.pi(digits).divide(TWO, digits).multiply(BigDecimal.valueOf(tangent.signum()));
        return right.subtract(tiny ? missing : BigDecimalMath.atan(missing, digits), digits);
    }

    /** The tangent's angle turns by at most 1 / (1 + x²) where x does by 1, and never by more than two right angles. */
    private static BigDecimal angleRadius(Ball a) {
        BigDecimal nearest = a.sizeBelow().subtract(a.radius, DOWN);
        if (nearest.compareTo(BigDecimal.ONE) <= 0) {
            return a.radius.min(TWO.add(TWO));
        }
        return a.radius.divide(nearest.multiply(nearest, DOWN), UP);
    }

    @Override
    public Ball sqrt(Ball a) {
        fuel.spend(2 * price);
        BigDecimal size = a.sizeBelow();
        if (size.signum() == 0 && a.radius.signum() == 0) {
            return a;
        }
        if (size.compareTo(a.radius.multiply(TWO)) <= 0) {
            return new Ball(
                    BigDecimal.ZERO,
                    BigDecimal.ZERO,
                    root(a.size().add(a.radius, UP), UP).multiply(TWO));
        }
        requireOffTheCut(a);
        BigDecimal radius = a.radius.divide(root(size.subtract(a.radius, DOWN), DOWN), UP);
        if (a.onAxis()) {
            BigDecimal root = root(a.re.abs(), digits);
            return a.re.signum() > 0 ? ball(root, BigDecimal.ZERO, radius) : ball(BigDecimal.ZERO, root, radius);
        }
        BigDecimal square = a.re.multiply(a.re, digits).add(a.im.multiply(a.im, digits), digits);
        BigDecimal u = root(root(square, digits).add(a.re.abs(), digits).divide(TWO, digits), digits);
        BigDecimal v = a.im.abs().divide(u.multiply(TWO), digits);
        BigDecimal rounding = radius.add(ulps(u).multiply(TWO), UP);
        BigDecimal sign = BigDecimal.valueOf(a.im.signum());
        return a.re.signum() >= 0 ? ball(u, v.multiply(sign), rounding) : ball(v, u.multiply(sign), rounding);
    }

    /** By the square root of the mantissa: the library writes out the zeros of a number far from 1. */
    private static BigDecimal root(BigDecimal value, MathContext digits) {
        int power = (value.precision() - value.scale()) / 2;
        return value.scaleByPowerOfTen(-2 * power).sqrt(digits).scaleByPowerOfTen(power);
    }

    @Override
    public Ball abs(Ball a) {
        if (a.onAxis()) {
            return new Ball(a.re.abs(), BigDecimal.ZERO, a.radius);
        }
        BigDecimal square = a.re.multiply(a.re, digits).add(a.im.multiply(a.im, digits), digits);
        return ball(root(square, digits), BigDecimal.ZERO, a.radius.add(ulps(a.size()), UP));
    }

    @Override
    public Ball real(Ball a) {
        return new Ball(a.re, BigDecimal.ZERO, a.radius);
    }

    @Override
    public Ball imaginary(Ball a) {
        return new Ball(a.im, BigDecimal.ZERO, a.onAxis() ? BigDecimal.ZERO : a.radius);
    }

    @Override
    public boolean isReal(Ball a) {
        return a.im.abs().compareTo(a.radius) <= 0;
    }

    @Override
    public boolean isSurelyReal(Ball a) {
        return a.onAxis();
    }

    @Override
    public int sign(Ball a) {
        if (!a.onAxis()) {
            throw new UndefinedValueException("the sign of a complex number");
        }
        if (a.re.signum() == 0 && a.radius.signum() == 0) {
            return 0;
        }
        apartFromZero(a);
        return a.re.signum();
    }

    @Override
    public BigInteger floor(Ball a) {
        boolean extreme = isTiny(a.re) || isExtreme(a.radius);
        if (!a.onAxis() || extreme || (long) a.re.precision() - a.re.scale() > digits.getPrecision()) {
            throw new UndefinedValueException("no whole part");
        }
        BigInteger low = a.re.subtract(a.radius).setScale(0, RoundingMode.FLOOR).toBigInteger();
        if (!low.equals(a.re.add(a.radius).setScale(0, RoundingMode.FLOOR).toBigInteger())) {
            throw new UndefinedValueException("a value too close to a whole number");
        }
        return low;
    }

    /** Whether a value is known to a quarter of the digits behind the point, however small it is itself. */
    boolean isNarrow(Ball a) {
        return a.radius.compareTo(BigDecimal.ONE.scaleByPowerOfTen(-digits.getPrecision() / 4)) < 0;
    }

    @Override
    public Gap gap(Ball a, Ball b) {
        BigDecimal re = a.re.subtract(b.re, DOWN).abs();
        BigDecimal im = a.im.subtract(b.im, DOWN).abs();
        BigDecimal radii = a.radius.add(b.radius, UP);
        if (re.max(im).round(DOWN).compareTo(radii) > 0) {
            return Gap.APART;
        }
        BigDecimal size = a.sizeBelow().max(b.sizeBelow());
        BigDecimal wanted = size.scaleByPowerOfTen(10 - digits.getPrecision());
        return radii.compareTo(wanted) < 0 || (size.signum() == 0 && radii.signum() == 0) ? Gap.TOGETHER : Gap.UNKNOWN;
    }
}
