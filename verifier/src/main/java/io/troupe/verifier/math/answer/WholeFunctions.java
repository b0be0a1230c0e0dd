package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Functions with fractions as values: powers, exact roots, factorials, binomials, divisors, rounding. A value that is too long is null. */
final class WholeFunctions {

    private static final int MAX_FACTORIAL = 8_000;
    private static final int MAX_LOGARITHM = 20_000;

    private final Fuel fuel;

    WholeFunctions(Fuel fuel) {
        this.fuel = fuel;
    }

    @Nullable
    Rational apply(String name, Rational[] x) {
        return switch (name) {
            case "abs" -> x[0].signum() < 0 ? x[0].negated() : x[0];
            case "floor" -> Rational.of(floor(x[0]));
            case "ceil" -> Rational.of(floor(x[0].negated()).negate());
            case "sgn" -> Rational.of(BigInteger.valueOf(x[0].signum()));
            case "max", "min" -> extreme(x, name.equals("max"));
            case "ratio" -> x.length == 2 && x[1].signum() != 0 ? x[0].over(x[1]) : null;
            case "log" -> x.length == 2 ? logarithm(x[0], x[1]) : null;
            case "re", "overline" -> x[0];
            case "im" -> Unit.ZERO;
            case "factorial", "doublefactorial", "binom", "gcd", "lcm", "mod" -> ofWholeNumbers(name, x);
            default -> null;
        };
    }

    private @Nullable Rational ofWholeNumbers(String name, Rational[] x) {
        BigInteger[] n = new BigInteger[x.length];
        for (int k = 0; k < n.length; k++) {
            if (!x[k].isInteger()) {
                return null;
            }
            n[k] = x[k].numerator();
        }
        BigInteger value = switch (name) {
            case "factorial" -> factorial(n[0], 1);
            case "doublefactorial" -> factorial(n[0], 2);
            case "binom" -> n.length == 2 ? binomial(n[0], n[1]) : null;
            case "mod" -> n.length == 2 && n[1].signum() > 0 ? n[0].mod(n[1]) : null;
            default -> divisors(n, name.equals("lcm"));
        };
        return value == null ? null : Rational.of(value);
    }

    private @Nullable BigInteger divisors(BigInteger[] n, boolean multiple) {
        BigInteger value = n[0].abs();
        for (int k = 1; k < n.length; k++) {
            BigInteger shared = value.gcd(n[k]);
            fuel.spend(1 + shared.bitLength());
            value = !multiple
                    ? shared
                    : shared.signum() == 0
                            ? BigInteger.ZERO
                            : value.divide(shared).multiply(n[k].abs());
            if (value.bitLength() > ExactValue.MAX_BITS) {
                return null;
            }
        }
        return value;
    }

    private @Nullable BigInteger factorial(BigInteger n, int step) {
        if (n.signum() < 0 || n.bitLength() > 14 || n.intValue() > MAX_FACTORIAL) {
            return null;
        }
        int top = n.intValue();
        fuel.spend(1 + (long) top * top / 4_000 + top / 8);
        return step == 1 ? product(1, top) : stepped(top);
    }

    private static BigInteger product(int from, int to) {
        if (to - from < 16) {
            BigInteger product = BigInteger.ONE;
            for (int k = Math.max(from, 1); k <= to; k++) {
                product = product.multiply(BigInteger.valueOf(k));
            }
            return product;
        }
        int middle = (from + to) / 2;
        return product(from, middle).multiply(product(middle + 1, to));
    }

    private static BigInteger stepped(int top) {
        BigInteger product = BigInteger.ONE;
        for (int k = top; k > 1; k -= 2) {
            product = product.multiply(BigInteger.valueOf(k));
        }
        return product;
    }

    private @Nullable BigInteger binomial(BigInteger n, BigInteger k) {
        if (n.signum() < 0 || k.signum() < 0 || n.bitLength() > 60) {
            return null;
        }
        BigInteger other = n.subtract(k);
        if (other.signum() < 0) {
            return BigInteger.ZERO;
        }
        BigInteger few = k.min(other);
        if (few.bitLength() > 12 || few.longValue() * n.bitLength() > ExactValue.MAX_BITS) {
            return null;
        }
        BigInteger value = BigInteger.ONE;
        for (int j = 1; j <= few.intValue(); j++) {
            fuel.spend(2 + value.bitLength() / 128);
            value = value.multiply(n.subtract(few).add(BigInteger.valueOf(j))).divide(BigInteger.valueOf(j));
        }
        return value;
    }

    @Nullable
    Rational power(Rational base, BigInteger exponent) {
        if (base.signum() == 0) {
            return exponent.signum() > 0 ? base : null;
        }
        if (base.numerator().abs().equals(BigInteger.ONE) && base.denominator().equals(BigInteger.ONE)) {
            return exponent.testBit(0) ? base : Unit.ONE;
        }
        if (exponent.bitLength() > 20 || base.bits() * exponent.abs().longValue() > ExactValue.MAX_BITS) {
            return null;
        }
        long bits = base.bits() * exponent.abs().longValue();
        fuel.spend(1 + bits * bits / 1_000_000 + bits / 64);
        int times = exponent.abs().intValue();
        BigInteger above = base.numerator().pow(times);
        BigInteger below = base.denominator().pow(times);
        return exponent.signum() < 0 ? new Rational(below, above) : new Rational(above, below);
    }

    /** The root, if it is a fraction. */
    @Nullable
    Rational root(Rational value, int index) {
        if (index < 0) {
            Rational positive = value.signum() == 0 ? null : root(value, -index);
            return positive == null ? null : Unit.ONE.over(positive);
        }
        if (index == 0 || (value.signum() < 0 && index % 2 == 0)) {
            return null;
        }
        BigInteger above = root(value.numerator().abs(), index);
        BigInteger below = above == null ? null : root(value.denominator(), index);
        if (below == null) {
            return null;
        }
        return new Rational(value.signum() < 0 ? above.negate() : above, below);
    }

    private @Nullable BigInteger root(BigInteger value, int index) {
        if (value.bitLength() <= 1) {
            return value;
        }
        fuel.spend(4 + (long) value.bitLength() / 16);
        if (value.bitLength() > 4_000) {
            return null;
        }
        BigInteger guess;
        if (index == 2) {
            guess = value.sqrt();
        } else {
            guess = rounded(value, index);
        }
        return guess.pow(index).equals(value) ? guess : null;
    }

    /** The nearest whole number to a root, by Newton's iteration from above. */
    private BigInteger rounded(BigInteger value, int index) {
        BigInteger guess = BigInteger.ONE.shiftLeft(value.bitLength() / index + 1);
        BigInteger less = BigInteger.valueOf(index - 1L);
        BigInteger all = BigInteger.valueOf(index);
        while (true) {
            fuel.spend(4);
            BigInteger next =
                    guess.multiply(less).add(value.divide(guess.pow(index - 1))).divide(all);
            if (next.compareTo(guess) >= 0) {
                return guess;
            }
            guess = next;
        }
    }

    /** The exponent, if the value is a power of the base with a whole exponent or a simple fraction of one. */
    private @Nullable Rational logarithm(Rational value, Rational base) {
        if (value.signum() <= 0 || base.signum() <= 0 || base.equals(Unit.ONE)) {
            return null;
        }
        if (value.equals(Unit.ONE)) {
            return Unit.ZERO;
        }
        double quotient = naturalLog(value) / naturalLog(base);
        for (int denominator = 1; denominator <= 6; denominator++) {
            double times = quotient * denominator;
            long near = Math.round(times);
            if (Math.abs(times - near) < 1e-6 * Math.max(1, Math.abs(times))
                    && Math.abs(near) < MAX_LOGARITHM
                    && near != 0) {
                Rational left = power(value, BigInteger.valueOf(denominator));
                Rational right = power(base, BigInteger.valueOf(near));
                if (left != null && left.equals(right)) {
                    return Unit.rational(near, denominator);
                }
            }
        }
        return null;
    }

    private static double naturalLog(Rational value) {
        return naturalLog(value.numerator()) - naturalLog(value.denominator());
    }

    private static double naturalLog(BigInteger value) {
        int shift = Math.max(0, value.bitLength() - 1000);
        return Math.log(value.shiftRight(shift).doubleValue()) + shift * Math.log(2);
    }

    private static BigInteger floor(Rational value) {
        BigInteger[] parts = value.numerator().divideAndRemainder(value.denominator());
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    private static Rational extreme(Rational[] x, boolean greatest) {
        Rational best = x[0];
        for (Rational next : x) {
            int sign = next.minus(best).signum();
            if (greatest ? sign > 0 : sign < 0) {
                best = next;
            }
        }
        return best;
    }

    /** A fraction to a number of decimal places, half up. */
    static BigDecimal rounded(Rational value, int places) {
        return new BigDecimal(value.numerator())
                .divide(new BigDecimal(value.denominator()), places, RoundingMode.HALF_UP);
    }

    static BigDecimal significant(Rational value, MathContext digits) {
        return new BigDecimal(value.numerator()).divide(new BigDecimal(value.denominator()), digits);
    }
}
