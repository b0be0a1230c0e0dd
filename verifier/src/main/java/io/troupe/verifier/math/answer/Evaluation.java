package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Percent;
import io.troupe.verifier.math.answer.Expression.Power;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quantity;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Policies.Evaluated;
import java.math.BigInteger;

/** Tells finished numbers from computations that merely repeat a question. */
final class Evaluation {

    private Evaluation() {}

    /** Whether a plain number is asked for and a computation was given. */
    static boolean isUnfinished(Expression gold, Expression prediction, Policies policies) {
        if (policies.evaluated() == Evaluated.LENIENT || !isPlain(bare(gold))) {
            return false;
        }
        Expression answer = bare(prediction);
        boolean lowest = policies.evaluated() == Evaluated.LOWEST_TERMS;
        return isComputation(answer) || (lowest && answer instanceof Quotient quotient && !isReduced(quotient));
    }

    /** The number without its unit or the name that it is assigned to. */
    private static Expression bare(Expression expression) {
        Expression value = expression;
        if (value instanceof Expression.Relation relation && relation.comparison() == Comparison.EQUAL) {
            value = relation.right();
        } else if (value instanceof Expression.Chain chain) {
            value = chain.sides().get(chain.sides().size() - 1);
        }
        if (value instanceof Quantity quantity) {
            value = quantity.amount();
        }
        return value instanceof Percent percent ? percent.amount() : value;
    }

    private static boolean isPlain(Expression gold) {
        return gold instanceof Num
                || (gold instanceof Negation negation && isPlain(negation.operand()))
                || (gold instanceof Quotient quotient
                        && isPlain(quotient.numerator())
                        && isPlain(quotient.denominator()));
    }

    private static boolean isComputation(Expression answer) {
        if (answer instanceof Negation negation) {
            return isComputation(negation.operand());
        }
        if (answer instanceof Quotient quotient) {
            return isComputation(quotient.numerator()) || isComputation(quotient.denominator());
        }
        if (answer instanceof Sum sum) {
            return sum.terms().stream().allMatch(Evaluation::isArithmetic);
        }
        return answer instanceof Product product
                && product.factors().stream().allMatch(Evaluation::isArithmetic)
                && !isScientific(product);
    }

    private static boolean isArithmetic(Expression part) {
        return part instanceof Num
                || ((part instanceof Sum
                                || part instanceof Product
                                || part instanceof Negation
                                || part instanceof Quotient
                                || part instanceof Power
                                || part instanceof Expression.MixedNumber)
                        && part.parts().stream().allMatch(Evaluation::isArithmetic));
    }

    /** {@code 5\cdot10^3} is how numbers are written. */
    private static boolean isScientific(Product product) {
        return product.factors().size() == 2
                && product.factors().get(0) instanceof Num
                && product.factors().get(1) instanceof Power power
                && power.base() instanceof Num ten
                && ten.value().numerator().equals(BigInteger.TEN);
    }

    private static boolean isReduced(Quotient quotient) {
        return quotient.numerator() instanceof Num top
                && quotient.denominator() instanceof Num bottom
                && top.isInteger()
                && bottom.isInteger()
                && top.value().numerator().gcd(bottom.value().numerator()).equals(BigInteger.ONE)
                && !bottom.value().equals(Unit.ONE);
    }
}
