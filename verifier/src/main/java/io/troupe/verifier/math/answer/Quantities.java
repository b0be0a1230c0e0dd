package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Percent;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.ArrayList;
import java.util.List;

/** Compares amounts with units and percentages. */
final class Quantities {

    private final Judge judge;

    Quantities(Judge judge) {
        this.judge = judge;
    }

    static boolean isMeasured(Expression expression) {
        return expression instanceof Quantity || expression instanceof Percent;
    }

    Decision decide(Expression gold, Expression prediction) {
        if (gold instanceof Percent || prediction instanceof Percent) {
            return percent(gold, prediction);
        }
        Policies.Units units = judge.policies.units();
        if (units == Policies.Units.IGNORE) {
            Decision value = converted(gold, prediction);
            return value.isEqual()
                    ? value
                    : judge.decide(amount(gold), amount(prediction)).by("units dropped");
        }
        if (gold instanceof Quantity a && prediction instanceof Quantity b) {
            if (units == Policies.Units.STRICT && !sameUnit(a.unit(), b.unit())) {
                return Decision.different("units");
            }
            return converted(a, b);
        }
        return oneUnit(gold, prediction);
    }

    private Decision oneUnit(Expression gold, Expression prediction) {
        Unit unit = gold instanceof Quantity a ? a.unit() : ((Quantity) prediction).unit();
        if (unit.isNumber()) {
            Decision value = judge.scalars.decide(gold, prediction);
            boolean bare = unit.isAngle() && judge.policies.bareDegrees();
            return value.isEqual() || !bare
                    ? value
                    : judge.decide(amount(gold), amount(prediction)).by("degrees left out");
        }
        if (isLetterUnit(gold, prediction)) {
            return Decision.equal("a unit written as a letter");
        }
        boolean mayBeMissing = judge.policies.units() == Policies.Units.OPTIONAL
                || (unit.isCounting() && judge.policies.units() == Policies.Units.CONVERT);
        return mayBeMissing
                ? judge.decide(amount(gold), amount(prediction)).by("unit left out")
                : Decision.different("a unit and none");
    }

    /** {@code 5m}, read as a product with a letter, against 5 metres. */
    private boolean isLetterUnit(Expression gold, Expression prediction) {
        Expression other = gold instanceof Quantity ? prediction : gold;
        Quantity quantity = (Quantity) (gold instanceof Quantity ? gold : prediction);
        if (!(other instanceof Product product)) {
            return false;
        }
        int last = product.factors().size() - 1;
        return product.factors().get(last) instanceof Symbol symbol
                && UnitTable.find(symbol.name())
                        .filter(found -> sameUnit(found, quantity.unit()))
                        .isPresent()
                && judge.decide(
                                quantity.amount(),
                                Products.fraction(product.factors().subList(0, last), List.of()))
                        .isEqual();
    }

    private static boolean sameUnit(Unit a, Unit b) {
        return a.dimension().equals(b.dimension())
                && a.factor().equals(b.factor())
                && a.offset().equals(b.offset())
                && a.piPower() == b.piPower();
    }

    private Decision converted(Expression gold, Expression prediction) {
        if (gold instanceof Quantity a && prediction instanceof Quantity b) {
            if (!a.unit().dimension().equals(b.unit().dimension())) {
                return Decision.different("units of another kind");
            }
            return sameUnit(a.unit(), b.unit())
                    ? judge.decide(a.amount(), b.amount())
                    : judge.scalars.decide(inBaseUnits(a), inBaseUnits(b)).by("units converted");
        }
        return Decision.different("a unit and none");
    }

    static Expression amount(Expression expression) {
        return expression instanceof Quantity quantity ? quantity.amount() : expression;
    }

    static Expression inBaseUnits(Quantity quantity) {
        Unit unit = quantity.unit();
        List<Expression> factors = new ArrayList<>(List.of(quantity.amount(), Num.of(unit.factor())));
        if (unit.piPower() != 0) {
            factors.add(new Expression.Power(Expression.Constant.PI, Num.of(unit.piPower())));
        }
        Expression scaled = new Product(factors);
        return unit.offset().signum() == 0 ? scaled : new Sum(List.of(scaled, Num.of(unit.offset())));
    }

    /** Five feet and three inches as so many metres; the sum itself if its units don't go together. */
    static Expression total(Sum sum) {
        List<Expression> amounts = new ArrayList<>();
        Unit first = ((Quantity) sum.terms().get(0)).unit();
        for (Expression term : sum.terms()) {
            Quantity quantity = (Quantity) term;
            if (!quantity.unit().dimension().equals(first.dimension())) {
                return sum;
            }
            amounts.add(inBaseUnits(quantity));
        }
        Unit base = new Unit("base", first.dimension(), Unit.ONE, Unit.ZERO, 0);
        return new Quantity(new Sum(amounts), base);
    }

    private Decision percent(Expression gold, Expression prediction) {
        Decision hundredth = judge.scalars.decide(gold, prediction);
        if (hundredth.isEqual() || judge.policies.percent() == Policies.PercentReading.STRICT) {
            return hundredth;
        }
        return judge.scalars.decide(bare(gold), bare(prediction)).by("percent sign left out");
    }

    private static Expression bare(Expression expression) {
        if (expression instanceof Negation negation) {
            return new Negation(bare(negation.operand()));
        }
        return expression instanceof Percent percent ? percent.amount() : expression;
    }
}
