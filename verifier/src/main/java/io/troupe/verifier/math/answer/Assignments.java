package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.answer.Expression.Listing;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Names with the values that they are given: {@code x=5}, {@code x=1, y=2}, {@code x=1 or x=2}, {@code x=1,2}.
 *
 * @param pairs at least one
 */
record Assignments(List<Pair> pairs) {

    /**
     * One assignment.
     *
     * @param name what gets the value
     * @param value the value
     */
    record Pair(Expression name, Expression value) {}

    /** The assignments that a statement consists of; nothing if it is something else. */
    static Optional<Assignments> of(Expression statement) {
        List<Pair> pairs = new ArrayList<>();
        if (statement instanceof Relation relation
                && relation.comparison() == Comparison.EQUAL
                && relation.left() instanceof Tuple names
                && relation.right() instanceof Tuple values
                && names.entries().size() == values.entries().size()
                && names.entries().stream().allMatch(Relations::isName)) {
            for (int k = 0; k < names.entries().size(); k++) {
                pairs.add(new Pair(names.entries().get(k), values.entries().get(k)));
            }
            return pairs.isEmpty() ? Optional.empty() : Optional.of(new Assignments(pairs));
        }
        if (statement instanceof Relation relation) {
            return pair(relation).map(pair -> new Assignments(List.of(pair)));
        }
        if (!(statement instanceof Listing list)) {
            return Optional.empty();
        }
        for (Expression item : list.items()) {
            if (item instanceof Relation relation) {
                Optional<Pair> pair = pair(relation);
                if (pair.isEmpty()) {
                    return Optional.empty();
                }
                pairs.add(pair.get());
            } else if (!pairs.isEmpty() && Judge.isValue(item)) {
                pairs.add(new Pair(pairs.get(pairs.size() - 1).name(), item));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Assignments(pairs));
    }

    private static Optional<Pair> pair(Relation relation) {
        if (relation.comparison() != Comparison.EQUAL && relation.comparison() != Comparison.APPROXIMATELY) {
            return Optional.empty();
        }
        if (Relations.isName(relation.left())) {
            return Optional.of(new Pair(relation.left(), relation.right()));
        }
        return relation.right() instanceof Expression.Symbol
                ? Optional.of(new Pair(relation.right(), relation.left()))
                : Optional.empty();
    }

    boolean isOneName() {
        return pairs.stream().allMatch(pair -> pair.name().equals(pairs.get(0).name()));
    }

    /** Whether the others give their values to {@code x_1, x_2} and so on, where these give theirs to {@code x}. */
    boolean numbers(Assignments others) {
        return isOneName()
                && pairs.get(0).name() instanceof Expression.Symbol name
                && others.pairs.stream()
                        .allMatch(pair -> pair.name() instanceof Expression.Symbol numbered
                                && numbered.name().matches(java.util.regex.Pattern.quote(name.name()) + "_[0-9]"));
    }

    List<Expression> values() {
        return pairs.stream().map(Pair::value).toList();
    }

    List<Expression> relations() {
        return pairs.stream()
                .<Expression>map(pair -> new Relation(Comparison.EQUAL, pair.name(), pair.value()))
                .toList();
    }

    /** The values without names, in the form of what they are compared to: a set for one name, a tuple or list in the order of names for several. */
    Expression bare(Expression other) {
        if (isOneName()) {
            return Relations.setOf(values());
        }
        List<Expression> ordered = pairs.stream()
                .sorted(Comparator.comparing(pair -> pair.name().toString()))
                .map(Pair::value)
                .toList();
        return other instanceof Tuple ? new Tuple(ordered, '(', ')') : Relations.listOf(values());
    }
}
