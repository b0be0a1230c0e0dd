package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.answer.Expression.Negation;
import io.troupe.verifier.math.answer.Expression.Num;
import io.troupe.verifier.math.answer.Expression.Product;
import io.troupe.verifier.math.answer.Expression.Sum;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One text for expressions that differ only in the order of what may be exchanged and in how numbers are written. */
final class CanonicalKey {

    private final Fuel fuel;
    private final boolean anyCase;

    private CanonicalKey(Fuel fuel, boolean anyCase) {
        this.fuel = fuel;
        this.anyCase = anyCase;
    }

    static String of(Expression expression, Policies policies, Fuel fuel) {
        return new CanonicalKey(fuel, policies.caseInsensitiveSymbols()).key(expression);
    }

    private String key(Expression expression) {
        fuel.spend(3);
        if (expression instanceof Num num) {
            return num.value().toString();
        }
        if (expression instanceof Expression.Symbol symbol) {
            return "$" + (anyCase ? symbol.name().toLowerCase(Locale.ROOT) : symbol.name());
        }
        if (expression instanceof Expression.Text text) {
            return "text:" + Words.canonical(text.words());
        }
        if (expression instanceof Sum) {
            return sorted("sum", flat(expression, false));
        }
        if (expression instanceof Product) {
            return sorted("product", flat(expression, true));
        }
        if (expression instanceof Negation negation && negation.operand() instanceof Num num) {
            return num.value().negated().toString();
        }
        return compound(expression);
    }

    private String compound(Expression expression) {
        if (expression instanceof Expression.FiniteSet) {
            return sorted("set", keys(expression.parts()));
        }
        if (expression instanceof Expression.Listing list) {
            return list.items().stream().anyMatch(CanonicalKey::isStatement)
                    ? sorted("list " + list.connective(), keys(list.items()))
                    : sorted("set", keys(list.items()));
        }
        if (expression instanceof Expression.SetOperation operation
                && operation.operator() != Expression.SetOperator.DIFFERENCE) {
            return sorted(operation.operator().toString(), operands(operation, operation.operator()));
        }
        if (expression instanceof Expression.BaseNumber number) {
            return number.value().toString();
        }
        if (expression instanceof Expression.Relation relation) {
            return relation(relation);
        }
        if (expression instanceof Expression.Chain chain) {
            return "chain" + chain.comparisons() + keys(chain.sides());
        }
        return head(expression) + keys(expression.parts());
    }

    private List<String> operands(Expression expression, Expression.SetOperator operator) {
        if (!(expression instanceof Expression.SetOperation operation) || operation.operator() != operator) {
            return List.of(key(expression));
        }
        List<String> keys = new ArrayList<>(operands(operation.left(), operator));
        keys.addAll(operands(operation.right(), operator));
        return keys;
    }

    private static boolean isStatement(Expression item) {
        return item instanceof Expression.Relation || item instanceof Expression.Chain;
    }

    private String relation(Expression.Relation relation) {
        String left = key(relation.left());
        String right = key(relation.right());
        Comparison comparison = relation.comparison();
        boolean swap = comparison == Comparison.GREATER
                || comparison == Comparison.GREATER_OR_EQUAL
                || (comparison.isSymmetric() && left.compareTo(right) > 0);
        return swap
                ? comparison.mirrored().sign() + "[" + right + ", " + left + "]"
                : comparison.sign() + "[" + left + ", " + right + "]";
    }

    private static String head(Expression expression) {
        if (expression instanceof Expression.Function function) {
            return function.name();
        }
        if (expression instanceof Expression.Quantity quantity) {
            Unit unit = quantity.unit();
            return "of " + unit.dimension() + unit.factor() + "+" + unit.offset() + "pi" + unit.piPower();
        }
        if (expression instanceof Expression.Tuple tuple) {
            return "tuple" + (tuple.open() == '[' ? '[' : '(') + (tuple.close() == ']' ? ']' : ')');
        }
        if (expression instanceof Expression.Interval interval) {
            return "interval" + interval.lowerClosed() + interval.upperClosed();
        }
        if (expression instanceof Expression.Matrix matrix) {
            return "matrix" + matrix.rows().size();
        }
        if (expression instanceof Expression.SetOperation operation) {
            return operation.operator().toString();
        }
        if (expression instanceof Expression.PlusMinus both) {
            return both.minusFirst() ? "mp" : "pm";
        }
        if (expression instanceof Expression.Range range) {
            return "range" + range.product() + range.index().name();
        }
        return expression.parts().isEmpty()
                ? expression.toString()
                : expression.getClass().getSimpleName();
    }

    private List<String> flat(Expression expression, boolean product) {
        List<String> keys = new ArrayList<>();
        for (Expression part : expression.parts()) {
            if (product ? part instanceof Product : part instanceof Sum) {
                keys.addAll(flat(part, product));
            } else {
                keys.add(key(part));
            }
        }
        return keys;
    }

    private List<String> keys(List<Expression> parts) {
        return parts.stream().map(this::key).toList();
    }

    private String sorted(String head, List<String> keys) {
        List<String> sorted = new ArrayList<>(keys);
        Collections.sort(sorted);
        fuel.spend(sorted.size());
        return sorted.stream().collect(Collectors.joining(",", head + "(", ")"));
    }
}
