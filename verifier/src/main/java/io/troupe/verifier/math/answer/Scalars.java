package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Power;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/** Compares single values: exactly where they are fractions, by algebra, and at last by the zero test. */
final class Scalars {

    private static final int MIN_SIGNIFICANT_DIGITS = 3;

    private final Policies policies;
    private final Fuel fuel;
    private final ZeroTest zeroTest;

    Scalars(Policies policies, Fuel fuel) {
        this.policies = policies;
        this.fuel = fuel;
        this.zeroTest = new ZeroTest(policies, fuel);
    }

    Decision decide(Expression gold, Expression prediction) {
        Decision exact = exactly(gold, prediction);
        if (!exact.isDifferent() || policies.rounding() == Policies.Rounding.NONE) {
            return exact;
        }
        return rounded(gold, prediction) ? Decision.equal("rounding") : exact;
    }

    private Decision exactly(Expression gold, Expression prediction) {
        if (Atoms.isInfinity(gold) || Atoms.isInfinity(prediction)) {
            boolean both = Atoms.isInfinity(gold) && Atoms.isInfinity(prediction);
            return Decision.of(both && gold instanceof Negation == prediction instanceof Negation, "infinity");
        }
        Rational a = ExactValue.of(gold, fuel);
        Rational b = a == null ? null : ExactValue.of(prediction, fuel);
        if (a != null && b != null) {
            return Decision.of(a.equals(b), "exact rational");
        }
        Optional<Decision> tower = tower(gold, prediction);
        return tower.isPresent() ? tower.get() : zeroTest.decide(gold, prediction);
    }

    /** Powers of one base above 1 that are too long to write down are equal if their exponents are. */
    private Optional<Decision> tower(Expression gold, Expression prediction) {
        if (gold instanceof Power a && prediction instanceof Power b && isTall(a) && isTall(b)) {
            Rational base = ExactValue.of(a.base(), fuel);
            if (base != null
                    && base.equals(ExactValue.of(b.base(), fuel))
                    && base.minus(Unit.ONE).signum() > 0) {
                return Optional.of(decide(a.exponent(), b.exponent()).by("powers of one base"));
            }
        }
        return Optional.empty();
    }

    private boolean isTall(Power power) {
        return ExactValue.of(power, fuel) == null && power.exponent() instanceof Power;
    }

    /** The order of two closed real values: -1, 0 or 1. */
    int order(Expression a, Expression b) {
        Rational left = ExactValue.of(a, fuel);
        Rational right = left == null ? null : ExactValue.of(b, fuel);
        if (left != null && right != null) {
            return left.minus(right).signum();
        }
        int sign = zeroTest.sign(a, b);
        if (sign != 0) {
            return sign;
        }
        Decision decision = zeroTest.decide(a, b);
        if (decision.isEqual()) {
            return 0;
        }
        throw new UndefinedValueException("values that can't be put in order");
    }

    /** A closed real value to sixty digits. */
    BigDecimal decimal(Expression value) {
        BigDecimal decimal = zeroTest.decimal(value);
        if (decimal == null) {
            throw new UndefinedValueException("no real value");
        }
        return decimal;
    }

    private boolean rounded(Expression gold, Expression prediction) {
        int goldDecimals = decimals(gold);
        int predictedDecimals = decimals(prediction);
        if (goldDecimals < 0 && predictedDecimals < 0) {
            return false;
        }
        BigDecimal a = zeroTest.decimal(gold);
        BigDecimal b = zeroTest.decimal(prediction);
        if (a == null || b == null) {
            return false;
        }
        if (policies.rounding() == Policies.Rounding.DECIMALS) {
            return atPlaces(a, policies.decimals()).compareTo(atPlaces(b, policies.decimals())) == 0;
        }
        return standsFor(a, goldDecimals, b) || standsFor(b, predictedDecimals, a);
    }

    private static boolean standsFor(BigDecimal decimal, int places, BigDecimal value) {
        if (places < 0 || decimal.signum() == 0) {
            return false;
        }
        int significant = decimal.precision() - decimal.scale() + places;
        return significant >= MIN_SIGNIFICANT_DIGITS
                && atPlaces(value, places).compareTo(atPlaces(decimal, places)) == 0;
    }

    private static BigDecimal atPlaces(BigDecimal value, int places) {
        return value.precision() - value.scale() > 1000
                ? value.round(MathContext.DECIMAL128)
                : value.setScale(places, RoundingMode.HALF_UP);
    }

    private static int decimals(Expression expression) {
        if (expression instanceof Negation negation) {
            return decimals(negation.operand());
        }
        if (expression instanceof Expression.Percent percent) {
            int places = decimals(percent.amount());
            return places < 0 ? -1 : places + 2;
        }
        return expression instanceof Num num ? num.decimals() : -1;
    }
}
