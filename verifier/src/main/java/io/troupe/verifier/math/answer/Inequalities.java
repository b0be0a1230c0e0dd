package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Expression.Chain;
import io.troupe.verifier.math.answer.Expression.Connective;
import io.troupe.verifier.math.answer.Expression.Constant;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Solves statements about one real letter: linear ones, quotients of polynomials by the signs between their roots, absolute values case by case. */
final class Inequalities {

    private static final int MAX_CASES = 4;

    private final Judge judge;
    private final Sets sets;

    Inequalities(Judge judge, Sets sets) {
        this.judge = judge;
        this.sets = sets;
    }

    /** Whether two statements are about the same letter; a missing left side is about any. */
    static boolean sameLetter(Expression a, Expression b) {
        SortedSet<String> left = letters(a);
        SortedSet<String> right = letters(b);
        return left.equals(right) || left.contains("?") || right.contains("?");
    }

    private static SortedSet<String> letters(Expression expression) {
        SortedSet<String> letters = new TreeSet<>();
        collect(expression, letters);
        return letters;
    }

    private static void collect(Expression expression, SortedSet<String> letters) {
        if (expression instanceof Symbol symbol) {
            letters.add(symbol.name());
        }
        expression.parts().forEach(part -> collect(part, letters));
    }

    /** Whether a statement only says where a bare letter lies. */
    static boolean isSolved(Expression statement, Sets sets) {
        if (statement instanceof Relation relation) {
            return (relation.left() instanceof Symbol && isBound(relation.right(), sets))
                    || (relation.right() instanceof Symbol && isBound(relation.left(), sets));
        }
        if (statement instanceof Chain chain) {
            return chain.links().stream().allMatch(link -> isSolved(link, sets));
        }
        return statement instanceof Listing list && exceptions(list).stream().allMatch(item -> isSolved(item, sets));
    }

    private static boolean isBound(Expression side, Sets sets) {
        return sets.isClosed(side) || Sets.isSet(side);
    }

    /** The numbers for which the statement holds; nothing if it can't be solved here. */
    Optional<RealSet> solve(Expression statement) {
        return letters(statement).size() == 1 ? solve(statement, 0) : Optional.empty();
    }

    private Optional<RealSet> solve(Expression statement, int cases) {
        judge.fuel.spend(20);
        if (statement instanceof Chain chain) {
            return all(List.copyOf(chain.links()), cases);
        }
        if (statement instanceof Listing list) {
            List<Expression> items = exceptions(list);
            return list.connective() == Connective.OR || isListOfValues(list) ? any(items, cases) : all(items, cases);
        }
        return statement instanceof Relation relation ? solve(relation, cases) : Optional.empty();
    }

    /** The items of {@code x \ne 1, 2} as statements of their own; those of another list as they are. */
    private static List<Expression> exceptions(Listing list) {
        if (!(list.items().get(0) instanceof Relation first)
                || first.comparison() != Comparison.NOT_EQUAL
                || list.items().stream().skip(1).anyMatch(Relations::isStatement)) {
            return list.items();
        }
        return list.items().stream()
                .<Expression>map(item -> item == first ? item : new Relation(Comparison.NOT_EQUAL, first.left(), item))
                .toList();
    }

    private static boolean isListOfValues(Listing list) {
        return list.items().stream()
                .allMatch(item -> item instanceof Relation relation && relation.comparison() == Comparison.EQUAL);
    }

    private Optional<RealSet> all(List<Expression> statements, int cases) {
        RealSet common = RealSet.all();
        for (Expression statement : statements) {
            Optional<RealSet> next = solve(statement, cases);
            if (next.isEmpty()) {
                return next;
            }
            common = sets.algebra.intersection(common, next.get());
        }
        return Optional.of(common);
    }

    private Optional<RealSet> any(List<Expression> statements, int cases) {
        RealSet together = RealSet.empty();
        for (Expression statement : statements) {
            Optional<RealSet> next = solve(statement, cases);
            if (next.isEmpty()) {
                return next;
            }
            together = sets.algebra.union(together, next.get());
        }
        return Optional.of(together);
    }

    private Optional<RealSet> solve(Relation relation, int cases) {
        Comparison comparison = relation.comparison();
        if (comparison == Comparison.ELEMENT_OF && relation.left() instanceof Symbol) {
            return sets.real(relation.right());
        }
        if (comparison == Comparison.NOT_ELEMENT_OF && relation.left() instanceof Symbol) {
            return sets.real(relation.right()).map(sets.algebra::complement);
        }
        if (!comparison.isOrder() && comparison != Comparison.EQUAL && comparison != Comparison.NOT_EQUAL) {
            return Optional.empty();
        }
        if (letters(relation).isEmpty() || !Judge.isValue(relation.left()) || !Judge.isValue(relation.right())) {
            return Optional.empty();
        }
        if (relation.right() instanceof Symbol && !(relation.left() instanceof Symbol)) {
            return solve(relation.mirrored(), cases);
        }
        if (relation.left() instanceof Symbol && sets.isClosed(relation.right())) {
            return Optional.of(ray(comparison, relation.right()));
        }
        Expression absolute = absolute(relation);
        if (absolute != null) {
            return cases < MAX_CASES ? byCases(relation, absolute, cases) : Optional.empty();
        }
        return bySigns(relation);
    }

    private RealSet ray(Comparison comparison, Expression end) {
        if (Atoms.isInfinity(end)) {
            return comparison == Comparison.EQUAL ? RealSet.empty() : RealSet.all();
        }
        return switch (comparison) {
            case LESS, LESS_OR_EQUAL ->
                sets.algebra.interval(RealSet.MINUS_INFINITY, false, end, comparison == Comparison.LESS_OR_EQUAL);
            case GREATER, GREATER_OR_EQUAL ->
                sets.algebra.interval(end, comparison == Comparison.GREATER_OR_EQUAL, Constant.INFINITY, false);
            case EQUAL -> RealSet.point(end);
            default -> sets.algebra.complement(RealSet.point(end));
        };
    }

    private static @Nullable Expression absolute(Expression expression) {
        for (Expression part : expression.parts()) {
            Expression inner = absolute(part);
            if (inner != null) {
                return inner;
            }
        }
        return expression instanceof Function function
                        && function.name().equals("abs")
                        && !letters(function).isEmpty()
                ? function
                : null;
    }

    private Optional<RealSet> byCases(Relation relation, Expression absolute, int cases) {
        Expression content = absolute.parts().get(0);
        Optional<RealSet> positive = solve(new Relation(Comparison.GREATER_OR_EQUAL, content, Num.of(0)), cases + 1);
        Optional<RealSet> first = solve((Relation) replaced(relation, absolute, content), cases + 1);
        Optional<RealSet> second = solve((Relation) replaced(relation, absolute, new Negation(content)), cases + 1);
        if (positive.isEmpty() || first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        RealSet above = sets.algebra.intersection(first.get(), positive.get());
        return Optional.of(sets.algebra.union(above, sets.algebra.difference(second.get(), positive.get())));
    }

    private static Expression replaced(Expression expression, Expression old, Expression fresh) {
        return expression.equals(old) ? fresh : Rewriting.parts(expression, part -> replaced(part, old, fresh));
    }

    /** By the roots of numerator and denominator and the signs between them. */
    private Optional<RealSet> bySigns(Relation relation) {
        String letter = letters(relation).first();
        Expression difference = Relations.difference(relation);
        Optional<PolynomialRoots.Fraction> fraction = PolynomialRoots.fraction(difference, letter, judge.fuel);
        if (fraction.isEmpty()) {
            return linear(relation.comparison(), difference, letter);
        }
        Optional<List<Expression>> zeros = PolynomialRoots.real(fraction.get().numerator(), judge.fuel);
        Optional<List<Expression>> poles = PolynomialRoots.real(fraction.get().denominator(), judge.fuel);
        if (zeros.isEmpty() || poles.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(pieces(relation.comparison(), fraction.get(), zeros.get(), poles.get()));
    }

    private RealSet pieces(
            Comparison comparison, PolynomialRoots.Fraction fraction, List<Expression> zeros, List<Expression> poles) {
        RealSet points = RealSet.empty();
        for (Expression zero : zeros) {
            points = sets.algebra.union(points, RealSet.point(zero));
        }
        RealSet holes = RealSet.empty();
        for (Expression pole : poles) {
            holes = sets.algebra.union(holes, RealSet.point(pole));
        }
        RealSet solutions = RealSet.empty();
        RealSet between = sets.algebra.complement(sets.algebra.union(points, holes));
        for (RealSet.Piece piece : between.pieces()) {
            if (holds(comparison, fraction.signAt(inside(piece)))) {
                solutions = sets.algebra.union(solutions, new RealSet(List.of(piece)));
            }
        }
        if (holds(comparison, 0)) {
            solutions = sets.algebra.union(solutions, points);
        }
        return sets.algebra.difference(solutions, holes);
    }

    private static boolean holds(Comparison comparison, int sign) {
        return switch (comparison) {
            case LESS -> sign < 0;
            case LESS_OR_EQUAL -> sign <= 0;
            case GREATER -> sign > 0;
            case GREATER_OR_EQUAL -> sign >= 0;
            case EQUAL -> sign == 0;
            default -> sign != 0;
        };
    }

    private Rational inside(RealSet.Piece piece) {
        BigDecimal low = Atoms.isInfinity(piece.lower()) ? null : judge.scalars.decimal(piece.lower());
        BigDecimal high = Atoms.isInfinity(piece.upper()) ? null : judge.scalars.decimal(piece.upper());
        BigDecimal middle;
        if (low == null) {
            middle = high == null ? BigDecimal.ZERO : high.subtract(BigDecimal.ONE);
        } else {
            middle = high == null ? low.add(BigDecimal.ONE) : low.add(high).divide(BigDecimal.valueOf(2));
        }
        BigDecimal cut = middle.setScale(50, RoundingMode.HALF_EVEN);
        return new Rational(cut.unscaledValue(), BigInteger.TEN.pow(50));
    }

    /** A difference that grows evenly: its values at 0, 1 and 3 lie on a line. Its root may be any closed number. */
    private Optional<RealSet> linear(Comparison comparison, Expression difference, String letter) {
        Expression at0 = Proportion.substituted(difference, Map.of(letter, Unit.ZERO));
        Expression at1 = Proportion.substituted(difference, Map.of(letter, Unit.ONE));
        Expression at3 = Proportion.substituted(difference, Map.of(letter, Unit.rational(3, 1)));
        Expression at7 = Proportion.substituted(difference, Map.of(letter, Unit.rational(-7, 2)));
        Expression slope = minus(at1, at0);
        if (!onLine(at3, at0, slope, Num.of(3)) || !onLine(at7, at0, slope, Num.of(Unit.rational(-7, 2)))) {
            return Optional.empty();
        }
        int sign = judge.scalars.order(slope, Num.of(0));
        if (sign == 0) {
            return Optional.empty();
        }
        Expression root = new Quotient(new Negation(at0), slope);
        return Optional.of(ray(sign > 0 ? comparison : comparison.mirrored(), root));
    }

    private boolean onLine(Expression value, Expression start, Expression slope, Expression at) {
        Expression expected = new Sum(List.of(start, new Expression.Product(List.of(slope, at))));
        return judge.scalars.decide(expected, value).isEqual();
    }

    private static Expression minus(Expression a, Expression b) {
        return new Sum(new ArrayList<>(List.of(a, new Negation(b))));
    }
}
