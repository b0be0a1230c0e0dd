package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Chain;
import io.troupe.verifier.math.answer.Expression.Connective;
import io.troupe.verifier.math.answer.Expression.FiniteSet;
import io.troupe.verifier.math.answer.Expression.Function;
import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Quotient;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.Sum;
import io.troupe.verifier.math.answer.Expression.Symbol;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares equations, inequalities and lists of them, with each other and with bare values. */
final class Relations {

    private final Judge judge;
    private final Sets sets;

    Relations(Judge judge, Sets sets) {
        this.judge = judge;
        this.sets = sets;
    }

    static boolean isStatement(Expression expression) {
        return expression instanceof Relation
                || expression instanceof Chain
                || (expression instanceof Listing list && list.items().stream().anyMatch(Relations::isStatement));
    }

    Decision decide(Expression gold, Expression prediction) {
        Expression a = ended(gold);
        Expression b = ended(prediction);
        if (!isStatement(a) && !isStatement(b)) {
            return judge.decide(a, b);
        }
        if (isStatement(a) && isStatement(b)) {
            return statements(a, b);
        }
        return isStatement(a) ? goldStatement(a, b) : predictedStatement(a, b);
    }

    /** A chain of equations as one from its first side to its last; a computation with its result as the result. */
    private Expression ended(Expression expression) {
        if (expression instanceof Chain chain && chain.comparisons().stream().allMatch(Relations::isEquation)) {
            int cut = chain.comparisons().indexOf(Comparison.APPROXIMATELY);
            List<Expression> sides = cut > 0 ? chain.sides().subList(0, cut + 1) : chain.sides();
            Expression first = sides.get(0);
            Expression last = sides.get(sides.size() - 1);
            return ended(sides.size() == 1 ? first : new Relation(Comparison.EQUAL, first, last));
        }
        if (expression instanceof Relation relation
                && isEquation(relation.comparison())
                && Judge.isValue(relation.left())
                && sets.isClosed(relation.left())
                && sets.isClosed(relation.right())) {
            if (relation.comparison() == Comparison.APPROXIMATELY) {
                return relation.left();
            }
            Expression result =
                    Quantities.isMeasured(relation.left()) ? relation.right() : Quantities.amount(relation.right());
            return judge.decide(relation.left(), result).isEqual() ? relation.right() : relation;
        }
        if (expression instanceof Relation relation && relation.comparison() == Comparison.APPROXIMATELY) {
            return new Relation(Comparison.EQUAL, relation.left(), relation.right());
        }
        return expression;
    }

    private static boolean isEquation(Comparison comparison) {
        return comparison == Comparison.EQUAL || comparison == Comparison.APPROXIMATELY;
    }

    private Decision statements(Expression a, Expression b) {
        Optional<Assignments> goldValues = Assignments.of(a);
        if (goldValues.isPresent() && isFinished(goldValues.get())) {
            Optional<Assignments> predicted = Assignments.of(b);
            if (predicted.isPresent()) {
                return assignments(goldValues.get(), predicted.get());
            }
            if (!(b instanceof Relation relation && relation.comparison() == Comparison.ELEMENT_OF)) {
                return Decision.different("an equation that is not solved");
            }
        }
        if (a instanceof Relation x && b instanceof Relation y) {
            Decision sides = sides(x, y);
            if (sides.isEqual()) {
                return sides;
            }
        }
        Optional<Decision> solved = solved(a, b);
        if (solved.isPresent()) {
            return solved.get();
        }
        if (a instanceof Relation x && b instanceof Relation y) {
            return proportional(x, y);
        }
        if (a instanceof Listing x && b instanceof Listing y) {
            return sets.sameElements(x.items(), y.items()).by("statements");
        }
        if (a instanceof Chain x && b instanceof Chain y) {
            return chains(x, y);
        }
        return Decision.different("statements of another kind");
    }

    private boolean isFinished(Assignments assignments) {
        return assignments.pairs().stream().allMatch(pair -> sets.isClosed(pair.value()));
    }

    private Decision assignments(Assignments gold, Assignments predicted) {
        if (gold.isOneName() && predicted.isOneName()) {
            Decision names = judge.decide(
                    gold.pairs().get(0).name(), predicted.pairs().get(0).name());
            return names.isEqual()
                    ? sets.sameElements(gold.values(), predicted.values()).by("values of one name")
                    : Decision.different("names");
        }
        if (gold.numbers(predicted) || predicted.numbers(gold)) {
            return sets.sameElements(gold.values(), predicted.values()).by("numbered values of one name");
        }
        SortedMap<String, Expression> a = byName(gold);
        SortedMap<String, Expression> b = byName(predicted);
        if (!a.keySet().equals(b.keySet())
                || a.size() != gold.pairs().size()
                || b.size() != predicted.pairs().size()) {
            return sets.sameElements(gold.relations(), predicted.relations());
        }
        return judge.inOrder(List.copyOf(a.values()), List.copyOf(b.values()), "values of names");
    }

    private SortedMap<String, Expression> byName(Assignments assignments) {
        SortedMap<String, Expression> values = new TreeMap<>();
        assignments
                .pairs()
                .forEach(pair -> values.put(CanonicalKey.of(pair.name(), judge.policies, judge.fuel), pair.value()));
        return values;
    }

    private Decision sides(Relation x, Relation y) {
        Decision best = Decision.different("sides");
        if (x.comparison() == y.comparison()) {
            best = judge.inOrder(x.parts(), y.parts(), "both sides");
        }
        if (!best.isEqual() && x.comparison().mirrored() == y.comparison()) {
            best = judge.inOrder(x.parts(), List.of(y.right(), y.left()), "both sides exchanged");
        }
        return best;
    }

    /** Statements about one letter by the sets of numbers for which they hold. */
    private Optional<Decision> solved(Expression a, Expression b) {
        Optional<RealSet> left = sets.real(a);
        Optional<RealSet> right = left.isEmpty() ? left : sets.real(b);
        if (right.isEmpty() || !Inequalities.sameLetter(a, b)) {
            return Optional.empty();
        }
        boolean equal = sets.algebra.areEqual(left.orElseThrow(), right.get());
        boolean bothEquations = a instanceof Relation x
                && b instanceof Relation y
                && x.comparison() == Comparison.EQUAL
                && y.comparison() == Comparison.EQUAL;
        return bothEquations && equal ? Optional.empty() : Optional.of(Decision.of(equal, "solved for one letter"));
    }

    /** Left minus right of one is a constant times that of the other; a positive constant for an inequality. */
    private Decision proportional(Relation x, Relation y) {
        Relation a = x.comparison().isOrder() && !x.comparison().isLess() ? x.mirrored() : x;
        Relation b = y.comparison().isOrder() && !y.comparison().isLess() ? y.mirrored() : y;
        if (a.comparison() != b.comparison()) {
            return Decision.different("relations of another kind");
        }
        boolean equation = a.comparison() == Comparison.EQUAL || a.comparison() == Comparison.NOT_EQUAL;
        if (!equation && !a.comparison().isOrder()) {
            return Decision.different("sides of a relation");
        }
        if (!Judge.isValue(a.left())
                || !Judge.isValue(a.right())
                || !Judge.isValue(b.left())
                || !Judge.isValue(b.right())) {
            return Decision.different("sides of a relation");
        }
        Expression f = difference(a);
        Expression g = difference(b);
        int sign = NormalForm.proportion(f, g, equation, judge.fuel);
        boolean equal = equation ? sign != 0 : sign > 0;
        return equal ? Decision.equal("relation up to a factor") : new Proportion(judge).decide(f, g, equation);
    }

    static Expression difference(Relation relation) {
        return new Sum(List.of(relation.left(), new Negation(relation.right())));
    }

    private Decision chains(Chain x, Chain y) {
        List<Expression> reversed = new ArrayList<>(y.sides());
        java.util.Collections.reverse(reversed);
        List<Comparison> mirrored = new ArrayList<>(
                y.comparisons().stream().map(Comparison::mirrored).toList());
        java.util.Collections.reverse(mirrored);
        Decision direct = x.comparisons().equals(y.comparisons())
                ? judge.inOrder(x.sides(), y.sides(), "sides of a chain")
                : Decision.different("chains");
        if (direct.isEqual() || !x.comparisons().equals(mirrored)) {
            return direct;
        }
        return judge.inOrder(x.sides(), reversed, "sides of a chain");
    }

    /** {@code (x,y)=(1,2)}: names in brackets with their values. */
    private static boolean namesEntries(Expression statement) {
        return statement instanceof Relation relation
                && isEquation(relation.comparison())
                && relation.left() instanceof Tuple names
                && names.entries().stream().allMatch(Relations::isName);
    }

    /** The values without the names of {@code (x,y)=(1,2)}, {@code (x,y)=(1,2),(2,1)} and {@code x\in\{1,2\}}. */
    private static Optional<Expression> named(Expression statement) {
        if (statement instanceof Relation relation) {
            boolean element = relation.comparison() == Comparison.ELEMENT_OF && isName(relation.left());
            return element || namesEntries(relation) ? Optional.of(relation.right()) : Optional.empty();
        }
        if (statement instanceof Listing list
                && namesEntries(list.items().get(0))
                && list.items().stream().skip(1).allMatch(Tuple.class::isInstance)) {
            List<Expression> values = new ArrayList<>(list.items());
            values.set(0, ((Relation) values.get(0)).right());
            return Optional.of(new Listing(values, list.connective()));
        }
        return Optional.empty();
    }

    private Decision goldStatement(Expression stated, Expression prediction) {
        Expression gold = lettered(stated);
        Optional<Expression> named = judge.policies.unwrapAssignment() ? named(gold) : Optional.empty();
        if (named.isPresent()) {
            return judge.decide(named.get(), prediction).by("values of an assignment");
        }
        Optional<Assignments> values = Assignments.of(gold);
        if (values.isPresent() && judge.policies.unwrapAssignment()) {
            return judge.decide(values.get().bare(prediction), prediction).by("value of an assignment");
        }
        if (Sets.isSet(prediction) || prediction instanceof Tuple) {
            Optional<RealSet> left = judge.policies.solveRelations() ? sets.real(gold) : Optional.empty();
            Optional<RealSet> right = left.isEmpty() ? left : sets.real(prediction);
            if (right.isPresent()) {
                return Decision.of(sets.algebra.areEqual(left.orElseThrow(), right.get()), "gold relation solved");
            }
        }
        return Decision.different("a relation and a bare value");
    }

    /** Bounds of a value {@code f(x)} as bounds of a letter. */
    private static Expression lettered(Expression statement) {
        boolean bounds = statement instanceof Chain
                || (statement instanceof Relation relation
                        && relation.comparison().isOrder());
        return bounds
                ? Rewriting.parts(statement, side -> isValueOfFunction(side) ? new Symbol("y") : side)
                : statement;
    }

    private static boolean isValueOfFunction(Expression side) {
        return side instanceof Function function
                && function.name().length() == 1
                && "fgh".contains(function.name())
                && function.arguments().size() == 1
                && function.arguments().get(0) instanceof Symbol;
    }

    private Decision predictedStatement(Expression gold, Expression stated) {
        Expression prediction = lettered(stated);
        Optional<Expression> named = judge.policies.unwrapAssignment() ? named(prediction) : Optional.empty();
        if (named.isPresent()) {
            return judge.decide(gold, named.get()).by("values of an assignment");
        }
        Optional<Assignments> values = Assignments.of(prediction);
        if (values.isPresent() && judge.policies.unwrapAssignment()) {
            return judge.decide(gold, values.get().bare(gold)).by("value of an assignment");
        }
        if (prediction instanceof Relation relation
                && relation.comparison() == Comparison.EQUAL
                && judge.policies.unwrapAssignment()
                && namesWhatIsAsked(relation.left())) {
            return judge.decide(gold, relation.right()).by("right side");
        }
        if ((Sets.isSet(gold) || gold instanceof Tuple) && Inequalities.isSolved(prediction, sets)) {
            Optional<RealSet> right = sets.real(prediction);
            Optional<RealSet> left = right.isEmpty() ? right : sets.real(gold);
            if (left.isPresent()) {
                return Decision.of(sets.algebra.areEqual(left.get(), right.orElseThrow()), "bounds as an interval");
            }
        }
        return Decision.different("a bare value and a relation");
    }

    /** A side such as {@code a+b} or {@code f(2)} names what a question asks for; {@code 2x} or {@code x^2} is an equation left to solve. */
    private boolean namesWhatIsAsked(Expression side) {
        var symbols = new Symbols(judge.policies, judge.fuel);
        symbols.prepared(side);
        return symbols.all.size() > 1 || side instanceof Function;
    }

    /** Whether an expression is a name: a letter, {@code f(x)}, {@code AB}, {@code |AB|}, {@code dy/dx}. */
    static boolean isName(Expression expression) {
        if (expression instanceof Symbol || expression instanceof Expression.Text) {
            return true;
        }
        if (expression instanceof Product product) {
            return product.factors().stream().allMatch(Relations::isName);
        }
        if (expression instanceof Quotient quotient) {
            return isName(quotient.numerator()) && isName(quotient.denominator());
        }
        return expression instanceof Function function
                && ((function.name().length() <= 6
                                && "fgh".indexOf(function.name().charAt(0)) >= 0)
                        || (function.name().equals("abs")
                                && isName(function.arguments().get(0)))
                        || function.name().equals("overline"));
    }

    static Expression setOf(List<Expression> values) {
        return values.size() == 1 ? values.get(0) : new FiniteSet(values);
    }

    static Expression listOf(List<Expression> values) {
        return new Listing(values, Connective.COMMA);
    }
}
