package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.answer.Expression.NamedSet;
import io.troupe.verifier.math.answer.Expression.Relation;
import io.troupe.verifier.math.answer.Expression.Symbol;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The letter of {@code k\pi, k \in \mathbb{Z}}, which may be any other: {@code n\pi, n \in \mathbb{Z}} is the same answer. */
final class WholeParameter {

    private WholeParameter() {}

    /** The prediction with its parameter called as the gold's; as it is where one side has none, or where the name is taken. */
    static Expression named(Expression gold, Expression prediction, Fuel fuel) {
        Set<String> wanted = parameters(gold, fuel);
        Set<String> found = wanted.size() == 1 ? parameters(prediction, fuel) : Set.of();
        if (found.size() != 1 || found.equals(wanted)) {
            return prediction;
        }
        String name = wanted.iterator().next();
        return occurs(name, prediction, fuel)
                ? prediction
                : renamed(prediction, found.iterator().next(), name, fuel);
    }

    private static Set<String> parameters(Expression root, Fuel fuel) {
        Set<String> names = new HashSet<>();
        Deque<Expression> open = new ArrayDeque<>(Set.of(root));
        while (!open.isEmpty()) {
            Expression next = open.pop();
            fuel.spend(1);
            if (next instanceof Relation relation
                    && relation.comparison() == Comparison.ELEMENT_OF
                    && relation.left() instanceof Symbol symbol
                    && isWhole(relation.right())) {
                names.add(symbol.name());
            }
            next.parts().forEach(open::push);
        }
        return names;
    }

    private static boolean isWhole(Expression set) {
        return set == NamedSet.INTEGERS
                || set == NamedSet.NATURALS
                || (set instanceof Symbol symbol && symbol.name().startsWith("\\mathbb "));
    }

    private static boolean occurs(String name, Expression root, Fuel fuel) {
        fuel.spend(1);
        return (root instanceof Symbol symbol && symbol.name().equals(name))
                || root.parts().stream().anyMatch(part -> occurs(name, part, fuel));
    }

    private static Expression renamed(Expression root, String from, String to, Fuel fuel) {
        fuel.spend(1);
        return root instanceof Symbol symbol && symbol.name().equals(from)
                ? new Symbol(to)
                : Rewriting.parts(root, part -> renamed(part, from, to, fuel));
    }
}
