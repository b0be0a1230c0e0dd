package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares values at points. Ball arithmetic makes "different" certain; "equal" means that at every point where both are defined the balls met with radii
 * that are tiny beside the values, at up to {@value #MAX_DIGITS} digits. The points depend on the two expressions alone.
 */
final class ZeroTest {

    private static final int FIRST_DIGITS = 60;
    private static final int MAX_DIGITS = 480;
    private static final int QUICK_POINTS = 6;
    private static final int MORE_POINTS = 30;
    private static final int CONFIRMATIONS = 2;
    private static final int HARD_POINTS = 6;

    private final Policies policies;
    private final Fuel fuel;
    private final DoubleBalls doubles = new DoubleBalls();

    ZeroTest(Policies policies, Fuel fuel) {
        this.policies = policies;
        this.fuel = fuel;
    }

    Decision decide(Expression gold, Expression prediction) {
        var symbols = new Symbols(policies, fuel);
        Expression a = symbols.prepared(gold);
        List<String> unevaluated = List.copyOf(symbols.unevaluated);
        symbols.unevaluated.clear();
        Expression b = symbols.prepared(prediction);
        Decision natural = sampled(a, b, symbols, false);
        boolean retry = natural.isDifferent() && symbols.bareLogarithm;
        Decision decision = retry ? sampled(a, b, symbols, true) : natural;
        if (decision.isDifferent() && !unevaluated.equals(List.copyOf(symbols.unevaluated))) {
            return Decision.undecided("an integral or limit that is not worked out");
        }
        return decision;
    }

    private Decision sampled(Expression a, Expression b, Symbols symbols, boolean decimal) {
        List<Map<String, Rational>> points = points(a, b, symbols);
        List<Map<String, Rational>> met = new ArrayList<>();
        List<Map<String, Rational>> complex = new ArrayList<>();
        List<Map<String, Rational>> hard = new ArrayList<>();
        var reading = new NumericValue.Reading(decimal, !symbols.imaginary && !symbols.all.isEmpty());
        for (int k = 0; k < points.size(); k++) {
            if (k >= QUICK_POINTS && met.size() >= CONFIRMATIONS) {
                break;
            }
            Map<String, Rational> point = points.get(k);
            Sight sight = look(a, b, point, reading);
            switch (sight) {
                case APART -> {
                    return Decision.different("values apart at a point");
                }
                case TOGETHER -> met.add(point);
                case COMPLEX -> complex.add(point);
                case HARD -> hard.add(point);
                default -> {}
            }
        }
        if ((!met.isEmpty() || !hard.isEmpty()) && NormalForm.areEqual(a, b, fuel)) {
            return Decision.equal("polynomial normal form");
        }
        if (!met.isEmpty()) {
            return confirmed(a, b, met, reading);
        }
        if (!complex.isEmpty()) {
            return confirmed(a, b, complex, new NumericValue.Reading(decimal, false));
        }
        return hard.isEmpty()
                ? Decision.undecided("no point at which both have a value")
                : confirmed(a, b, hard.subList(0, Math.min(HARD_POINTS, hard.size())), reading);
    }

    private enum Sight {
        APART,
        TOGETHER,
        /** At least one value is not real, where only real values count. */
        COMPLEX,
        /** Too hard for doubles. */
        HARD,
        /** At least one has no value. */
        NONE
    }

    private Sight look(Expression a, Expression b, Map<String, Rational> point, NumericValue.Reading reading) {
        fuel.spend(4);
        try {
            var value = new NumericValue<>(doubles, point, reading, fuel);
            DoubleBalls.Ball left = value.of(a);
            DoubleBalls.Ball right = value.of(b);
            if (reading.onlyReal() && !(doubles.isReal(left) && doubles.isReal(right))) {
                return Sight.COMPLEX;
            }
            return switch (doubles.gap(left, right)) {
                case APART -> Sight.APART;
                case TOGETHER -> Sight.TOGETHER;
                case UNKNOWN -> Sight.HARD;
            };
        } catch (UndefinedValueException e) {
            if (e.isNoNumber()) {
                throw e; // no point and no precision will help
            }
            return e.isComplex() ? Sight.COMPLEX : Sight.HARD;
        }
    }

    private Decision confirmed(
            Expression a, Expression b, List<Map<String, Rational>> points, NumericValue.Reading reading) {
        int confirmations = 0;
        int digits = 0;
        String reason = "no value";
        for (Map<String, Rational> point : points) {
            if (confirmations == CONFIRMATIONS) {
                break;
            }
            try {
                int needed = confirmedAt(a, b, point, reading);
                if (needed < 0) {
                    return Decision.different("values apart at " + -needed + " digits");
                }
                digits = Math.max(digits, needed);
                confirmations += needed > 0 ? 1 : 0;
            } catch (UndefinedValueException e) {
                reason = String.valueOf(e.getMessage());
            }
        }
        return confirmations == 0
                ? Decision.undecided(reason)
                : Decision.equal(
                        String.format(Locale.ROOT, "zero test at %d points, %d digits", confirmations, digits));
    }

    /** How many digits showed the values equal; negative if they showed them different; 0 if a value is not real where only real ones count. */
    private int confirmedAt(Expression a, Expression b, Map<String, Rational> point, NumericValue.Reading reading) {
        for (int digits = FIRST_DIGITS; ; digits *= 2) {
            var balls = new BigBalls(digits, fuel);
            try {
                var value = new NumericValue<>(balls, point, reading, fuel);
                BigBalls.Ball left = value.of(a);
                BigBalls.Ball right = value.of(b);
                if (reading.onlyReal() && !(balls.isReal(left) && balls.isReal(right))) {
                    return 0;
                }
                Balls.Gap gap = balls.gap(left, right);
                if (gap == Balls.Gap.APART) {
                    return -digits;
                }
                if (gap == Balls.Gap.TOGETHER) {
                    return digits;
                }
                if (digits >= MAX_DIGITS / 2) {
                    return knownZeros(balls, left, right, digits);
                }
            } catch (UndefinedValueException e) {
                if (e.isComplex()) {
                    return 0;
                }
                if (digits >= MAX_DIGITS / 2) {
                    throw e;
                }
            }
        }
    }

    /** Beside 0 no radius is small. Values that are as good as 0 are equal; of balls that meet only because they are wide nothing is known. */
    private static int knownZeros(BigBalls balls, BigBalls.Ball left, BigBalls.Ball right, int digits) {
        if (!balls.isNarrow(left) || !balls.isNarrow(right)) {
            throw new UndefinedValueException("values that are not known well enough");
        }
        return digits;
    }

    private List<Map<String, Rational>> points(Expression a, Expression b, Symbols symbols) {
        if (symbols.all.isEmpty()) {
            return List.of(Map.of());
        }
        String left = CanonicalKey.of(a, policies, fuel);
        String right = CanonicalKey.of(b, policies, fuel);
        long seed = left.compareTo(right) <= 0
                ? 31L * left.hashCode() + right.hashCode()
                : 31L * right.hashCode() + left.hashCode();
        var random = new SplittableRandom(seed);
        List<Map<String, Rational>> points = new ArrayList<>();
        for (int k = 0; k < MORE_POINTS; k++) {
            Map<String, Rational> point = new TreeMap<>();
            for (String name : symbols.all) {
                point.put(name, symbols.whole.contains(name) ? whole(random, k) : fraction(random, k));
            }
            points.add(point);
        }
        return points;
    }

    private static Rational whole(SplittableRandom random, int k) {
        return Rational.of(BigInteger.valueOf(random.nextInt(1, 6 + k)));
    }

    /** Of moderate size first, then of either sign, then below 1, then large. */
    private static Rational fraction(SplittableRandom random, int k) {
        int denominator = random.nextInt(2, 8);
        return switch (k % 6) {
            case 0 -> Unit.rational(random.nextInt(1, 40), denominator);
            case 1 -> Unit.rational(random.nextInt(-40, 40) * 2L + 1, denominator);
            case 2 -> Unit.rational(random.nextInt(1, denominator), denominator);
            case 3 -> Unit.rational(-random.nextInt(1, 60), denominator);
            case 4 -> Unit.rational(random.nextInt(denominator, 400), denominator);
            default -> Unit.rational(random.nextInt(-denominator + 1, denominator), denominator);
        };
    }

    /** The sign of the difference of two closed real values: 0 if it was not found. */
    int sign(Expression a, Expression b) {
        try {
            var value = new NumericValue<>(doubles, Map.<String, Rational>of(), NumericValue.Reading.COMPLEX, fuel);
            return doubles.sign(doubles.minus(value.of(a), value.of(b)));
        } catch (UndefinedValueException e) {
            return bigSign(a, b);
        }
    }

    private int bigSign(Expression a, Expression b) {
        for (int digits = FIRST_DIGITS; digits <= 2 * FIRST_DIGITS; digits *= 2) {
            var balls = new BigBalls(digits, fuel);
            try {
                var value = new NumericValue<>(balls, Map.<String, Rational>of(), NumericValue.Reading.COMPLEX, fuel);
                return balls.sign(balls.minus(value.of(a), value.of(b)));
            } catch (UndefinedValueException e) {
                // the next precision may tell
            }
        }
        return 0;
    }

    /** A closed real value to sixty digits; null if there is none, or one so far from 1 that writing it out would take long. */
    @Nullable
    BigDecimal decimal(Expression expression) {
        var balls = new BigBalls(FIRST_DIGITS, fuel);
        try {
            BigBalls.Ball ball = new NumericValue<>(
                            balls, Map.<String, Rational>of(), NumericValue.Reading.COMPLEX, fuel)
                    .of(expression);
            return balls.isSurelyReal(ball) && !BigBalls.isExtreme(ball.re()) ? ball.re() : null;
        } catch (UndefinedValueException e) {
            return null;
        }
    }
}
