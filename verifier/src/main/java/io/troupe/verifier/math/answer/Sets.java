package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Chain;
import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Interval;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.NamedSet;
import io.troupe.verifier.math.answer.Expression.SetBuilder;
import io.troupe.verifier.math.answer.Expression.SetOperation;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.List;
import java.util.Optional;

/** Compares sets, intervals, lists and tuples. */
final class Sets {

    private static final int MAX_ELEMENTS = 300;

    private final Judge judge;
    final RealSet.Algebra algebra;
    private final Inequalities inequalities;

    Sets(Judge judge) {
        this.judge = judge;
        this.algebra = new RealSet.Algebra(judge.scalars);
        this.inequalities = new Inequalities(judge, this);
    }

    static boolean isSet(Expression expression) {
        return expression instanceof FiniteSet
                || expression instanceof Interval
                || expression instanceof NamedSet
                || expression instanceof SetOperation
                || expression instanceof SetBuilder
                || expression instanceof Listing;
    }

    Decision decide(Expression gold, Expression prediction) {
        if ((isBareList(gold) && prediction instanceof Tuple) || (gold instanceof Tuple && isBareList(prediction))) {
            Decision inOrder = judge.inOrder(gold.parts(), prediction.parts(), "list in order");
            if (inOrder.isEqual() || !judge.policies.tupleMatchesSet()) {
                return inOrder;
            }
        }
        Expression a = plain(gold);
        Expression b = plain(prediction);
        if (isListed(a) && isListed(b)) {
            return sameElements(elements(a), elements(b));
        }
        if (a instanceof Tuple || b instanceof Tuple) {
            Optional<Decision> ordered = ordered(a, b);
            if (ordered.isPresent()) {
                return ordered.get();
            }
        }
        if (isDecimalComma(a, b)) {
            return Decision.equal("decimal comma");
        }
        if (Judge.isValue(a) != Judge.isValue(b)) {
            return single(a, b);
        }
        if (a instanceof Interval x && b instanceof Interval y) {
            Decision decision = intervals(x, y);
            if (!decision.isDifferent()) {
                return decision;
            }
        }
        return asRealSets(a, b);
    }

    private static boolean isBareList(Expression expression) {
        return expression instanceof Listing list && list.connective() == Expression.Connective.COMMA;
    }

    /** Without layers that don't change a set. */
    private static Expression plain(Expression expression) {
        if (expression instanceof Listing list && list.items().stream().noneMatch(Relations::isStatement)) {
            return new FiniteSet(list.items());
        }
        return expression;
    }

    private static boolean isListed(Expression expression) {
        return expression instanceof FiniteSet || expression == NamedSet.EMPTY;
    }

    private static List<Expression> elements(Expression expression) {
        return expression.parts();
    }

    /** Each element of one is equal to some element of the other. */
    Decision sameElements(List<Expression> a, List<Expression> b) {
        if (a.size() > MAX_ELEMENTS || b.size() > MAX_ELEMENTS) {
            return Decision.undecided("sets of more than " + MAX_ELEMENTS + " elements");
        }
        if (a.size() == b.size()) {
            Decision inOrder = judge.inOrder(a, b, "finite set");
            if (inOrder.isEqual() || a.size() == 1) {
                return inOrder; // looked at once, so that sets in sets in sets cost no more than their length
            }
        }
        Decision covered = covered(a, b, true);
        return covered.isEqual() ? covered(b, a, false) : covered;
    }

    private Decision covered(List<Expression> elements, List<Expression> others, boolean goldFirst) {
        Decision undecided = null;
        for (Expression element : elements) {
            Decision best = Decision.different("finite set");
            for (Expression other : others) {
                Decision next = goldFirst ? judge.decide(element, other) : judge.decide(other, element);
                best = next.isEqual() || best.isDifferent() ? next : best;
                if (next.isEqual()) {
                    break;
                }
            }
            if (best.isDifferent()) {
                return Decision.different("finite set: an element without a partner");
            }
            undecided = best.isEqual() ? undecided : best;
        }
        return undecided == null ? Decision.equal("finite set") : undecided;
    }

    private Optional<Decision> ordered(Expression a, Expression b) {
        Expression tuple = a instanceof Tuple ? a : b;
        Expression other = a instanceof Tuple ? b : a;
        if (other instanceof FiniteSet set && set.elements().size() == 1) {
            Expression element = set.elements().get(0);
            return Optional.of(a == tuple ? judge.decide(a, element) : judge.decide(element, b));
        }
        if (other instanceof FiniteSet) {
            if (judge.policies.tupleMatchesSet()) {
                return Optional.of(sameElements(a.parts(), b.parts()));
            }
            return Optional.of(Decision.different("a tuple and a set"));
        }
        if (tuple.parts().size() != 2) {
            return Optional.of(
                    Judge.isValue(other)
                            ? Decision.different("a tuple and a number")
                            : Decision.different("a tuple and a set"));
        }
        return Optional.empty();
    }

    /** {@code 3,14} against {@code 3.14}: the comma may be the decimal one. */
    private static boolean isDecimalComma(Expression a, Expression b) {
        Expression list = a instanceof FiniteSet ? a : b;
        Expression other = a instanceof FiniteSet ? b : a;
        return list instanceof FiniteSet set
                && set.elements().size() == 2
                && set.elements().get(0) instanceof Expression.Num whole
                && set.elements().get(1) instanceof Expression.Num fraction
                && other instanceof Expression.Num decimal
                && decimal.decimals() > 0
                && (whole.written() + "." + fraction.written()).equals(decimal.written());
    }

    private Decision single(Expression a, Expression b) {
        Expression set = Judge.isValue(a) ? b : a;
        if (set instanceof FiniteSet) {
            return Judge.isValue(a) ? sameElements(List.of(a), b.parts()) : sameElements(a.parts(), List.of(b));
        }
        return Decision.different("a set and a single value");
    }

    private Decision intervals(Interval x, Interval y) {
        boolean sameEnds = x.lowerClosed() == y.lowerClosed() && x.upperClosed() == y.upperClosed();
        return sameEnds
                ? judge.inOrder(x.parts(), y.parts(), "interval endpoints")
                : Decision.different("open and closed ends");
    }

    private Decision asRealSets(Expression a, Expression b) {
        if (a instanceof SetOperation x && b instanceof SetOperation y && x.operator() == y.operator()) {
            Decision direct = judge.inOrder(a.parts(), b.parts(), "set operation");
            if (direct.isEqual()) {
                return direct;
            }
        }
        Optional<RealSet> left = real(a);
        Optional<RealSet> right = left.isEmpty() ? left : real(b);
        if (right.isEmpty()) {
            return Decision.different("sets of another kind");
        }
        return Decision.of(algebra.areEqual(left.orElseThrow(), right.get()), "unions of intervals");
    }

    /** The set as a part of the real line, if it is one whose ends are known numbers. */
    Optional<RealSet> real(Expression expression) {
        judge.fuel.spend(4);
        if (expression instanceof NamedSet named) {
            return named == NamedSet.EMPTY
                    ? Optional.of(RealSet.empty())
                    : named == NamedSet.REALS ? Optional.of(RealSet.all()) : Optional.empty();
        }
        if (expression instanceof Interval interval) {
            return between(interval.lower(), interval.lowerClosed(), interval.upper(), interval.upperClosed());
        }
        if (expression instanceof Tuple tuple && tuple.entries().size() == 2) {
            return between(tuple.entries().get(0), false, tuple.entries().get(1), false);
        }
        if (expression instanceof FiniteSet set) {
            RealSet points = RealSet.empty();
            for (Expression element : set.elements()) {
                if (!isClosed(element)) {
                    return Optional.empty();
                }
                points = algebra.union(points, RealSet.point(element));
            }
            return Optional.of(points);
        }
        if (expression instanceof SetOperation operation) {
            Optional<RealSet> left = real(operation.left());
            Optional<RealSet> right = left.isEmpty() ? left : real(operation.right());
            return right.isEmpty() ? right : Optional.of(operate(operation, left.orElseThrow(), right.get()));
        }
        if (expression instanceof SetBuilder builder) {
            return inequalities.solve(builder.condition());
        }
        return Relations.isStatement(expression) || expression instanceof Chain
                ? inequalities.solve(expression)
                : Optional.empty();
    }

    private RealSet operate(SetOperation operation, RealSet left, RealSet right) {
        return switch (operation.operator()) {
            case UNION -> algebra.union(left, right);
            case INTERSECTION -> algebra.intersection(left, right);
            case DIFFERENCE -> algebra.difference(left, right);
        };
    }

    private Optional<RealSet> between(Expression lower, boolean lowerClosed, Expression upper, boolean upperClosed) {
        return isClosed(lower) && isClosed(upper)
                ? Optional.of(algebra.interval(lower, lowerClosed, upper, upperClosed))
                : Optional.empty();
    }

    /** Whether no letter occurs, so that the value has a place on the line. */
    boolean isClosed(Expression expression) {
        var symbols = new Symbols(judge.policies, judge.fuel);
        symbols.prepared(expression);
        return symbols.all.isEmpty() && !symbols.imaginary && Judge.isValue(expression);
    }
}
