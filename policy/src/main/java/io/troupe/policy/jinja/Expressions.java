package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kinds of expressions. */
final class Expressions {

    private Expressions() {}

    record Literal(@Nullable Object constant) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return constant;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return scope.get(name);
        }
    }

    record Attribute(Expression owner, String name) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return Attributes.attribute(owner.value(scope), name);
        }
    }

    record Item(Expression owner, Expression key) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return Attributes.item(scope.budget(), owner.value(scope), key.value(scope));
        }
    }

    record Slice(
            Expression owner,
            @Nullable Expression start,
            @Nullable Expression stop,
            @Nullable Expression step) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object sliced = owner.value(scope);
            return Slices.slice(scope.budget(), sliced, end(scope, start), end(scope, stop), end(scope, step));
        }

        private static @Nullable Long end(Scope scope, @Nullable Expression end) {
            Object value = end == null ? null : end.value(scope);
            return value == null ? null : Long.valueOf(Values.integer(value, "an end of a slice"));
        }
    }

    /** What a call is given. */
    record ArgumentList(List<Expression> positional, Map<String, Expression> named) {

        static final ArgumentList NONE = new ArgumentList(List.of(), Map.of());

        Arguments values(Scope scope) {
            if (positional.isEmpty() && named.isEmpty()) {
                return Arguments.NONE;
            }
            List<@Nullable Object> list = all(positional, scope);
            if (named.isEmpty()) {
                return new Arguments(list, Map.of());
            }
            var values = new LinkedHashMap<String, @Nullable Object>();
            named.forEach((name, value) -> values.put(name, value.value(scope)));
            return new Arguments(list, values);
        }
    }

    record Call(Expression called, ArgumentList arguments) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object function = called.value(scope);
            if (function instanceof Callable callable) {
                return callable.call(scope, arguments.values(scope));
            }
            if (function instanceof Undefined undefined) {
                throw undefined.error();
            }
            throw new TemplateException("a value of the type " + Values.type(function) + " cannot be called");
        }
    }

    record Filtered(Expression filtered, Filter filter, ArgumentList arguments) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return filter.apply(scope, filtered.value(scope), arguments.values(scope));
        }
    }

    record Tested(Expression tested, Test test, ArgumentList arguments) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return test.holds(scope.budget(), tested.value(scope), arguments.values(scope));
        }
    }

    record Not(Expression negated) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return !Values.isTrue(negated.value(scope));
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object value = left.value(scope);
            return Values.isTrue(value) ? right.value(scope) : value;
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object value = left.value(scope);
            return Values.isTrue(value) ? value : right.value(scope);
        }
    }

    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return Values.isTrue(condition.value(scope)) ? then.value(scope) : otherwise.value(scope);
        }
    }

    record Compare(Expression first, List<String> operators, List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object left = first.value(scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = operands.get(i).value(scope);
                if (!Comparisons.holds(scope.budget(), operators.get(i), left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        }
    }

    record Arithmetic(String operator, Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return Operators.apply(scope, operator, left.value(scope), right.value(scope));
        }
    }

    record Negation(Expression negated) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = negated.value(scope);
            if (value instanceof Undefined undefined) {
                throw undefined.error();
            }
            return value instanceof Double number ? (Object) (-number) : Operators.negate(value);
        }
    }

    record Concatenation(List<Expression> parts) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            var text = new StringBuilder();
            for (Expression part : parts) {
                String piece = Printed.text(scope.budget(), part.value(scope));
                scope.budget().text((long) text.length() + piece.length());
                text.append(piece);
            }
            return text.toString();
        }
    }

    record ListOf(List<Expression> items) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return all(items, scope);
        }
    }

    record TupleOf(List<Expression> items) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return new Sequences.Tuple(all(items, scope));
        }
    }

    record MapOf(List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            var map = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(
                        Values.key(scope.budget(), keys.get(i).value(scope)),
                        values.get(i).value(scope));
            }
            return map;
        }
    }

    private static List<@Nullable Object> all(List<Expression> expressions, Scope scope) {
        var values = new ArrayList<@Nullable Object>(expressions.size());
        for (Expression expression : expressions) {
            values.add(expression.value(scope));
        }
        return values;
    }
}
