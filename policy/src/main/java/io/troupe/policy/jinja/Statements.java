package io.troupe.policy.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kinds of statements. */
final class Statements {

    private Statements() {}

    record Text(String text, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            output.append(text);
            return Flow.NEXT;
        }
    }

    record Print(Expression printed, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            output.append(Printed.text(scope.budget(), printed.value(scope)));
            return Flow.NEXT;
        }
    }

    record Leave(Flow flow, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            return flow;
        }
    }

    record Branch(Expression condition, List<Statement> body) {}

    record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            for (Branch branch : branches) {
                if (Values.isTrue(branch.condition().value(scope))) {
                    return Statement.run(branch.body(), scope, output);
                }
            }
            return Statement.run(otherwise, scope, output);
        }
    }

    /** What is assigned to: a name, several, or an attribute of a namespace. */
    record Target(
            List<String> names, boolean several, @Nullable String attribute) {

        void assign(Scope scope, @Nullable Object value) {
            if (attribute != null) {
                if (scope.get(names.get(0)) instanceof Namespace namespace) {
                    namespace.set(attribute, value);
                    return;
                }
                throw new TemplateException(
                        "'" + names.get(0) + "' is no namespace, so '" + attribute + "' cannot be assigned to it");
            }
            if (!several) {
                scope.set(names.get(0), value);
                return;
            }
            if (value instanceof Undefined undefined) {
                throw undefined.error();
            }
            List<@Nullable Object> values = Values.iterate(scope.budget(), value);
            if (values.size() != names.size()) {
                throw new TemplateException(values.size() + " values cannot be assigned to " + names.size() + " names");
            }
            for (int i = 0; i < names.size(); i++) {
                scope.set(names.get(i), values.get(i));
            }
        }
    }

    record Set(Target target, Expression value, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            target.assign(scope, value.value(scope));
            return Flow.NEXT;
        }
    }

    /** A body whose text is what an expression sees as {@link #BODY}; the value is printed, or assigned if there is a target. */
    record Captured(
            List<Statement> body,
            Expression value,
            @Nullable Target target,
            int line) implements Statement {

        /** No name that a template could use. */
        static final String BODY = "{body}";

        @Override
        public Flow execute(Scope scope, Output output) {
            var text = new Output(scope.budget());
            Flow flow = Statement.run(body, scope.inner(), text);
            Scope with = scope.inner();
            with.set(BODY, text.toString());
            Object result = value.value(with);
            if (target == null) {
                output.append(Printed.text(scope.budget(), result));
            } else {
                target.assign(scope, result);
            }
            return flow;
        }
    }

    record With(List<Target> targets, List<Expression> values, List<Statement> body, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            Scope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(inner, values.get(i).value(scope));
            }
            return Statement.run(body, inner, output);
        }
    }

    record For(
            Target target,
            Expression iterated,
            @Nullable Expression filter,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise,
            int line)
            implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            loop(scope, output, iterated.value(scope), 1);
            return Flow.NEXT;
        }

        private void loop(Scope scope, Output output, @Nullable Object value, int depth) {
            scope.budget().enter();
            List<@Nullable Object> items = filtered(scope, Values.iterate(scope.budget(), value));
            Callable recursion = recursive
                    ? (called, arguments) -> {
                        var inner = new Output(scope.budget());
                        loop(scope, inner, arguments.require(0, "iterable"), depth + 1);
                        return inner.toString();
                    }
                    : null;
            var state = new LoopState(items, depth, recursion);
            for (int i = 0; i < items.size(); i++) {
                scope.budget().spend(1);
                state.at(i);
                Scope inner = scope.inner();
                inner.set("loop", state);
                target.assign(inner, items.get(i));
                if (Statement.run(body, inner, output) == Flow.BREAK) {
                    break;
                }
            }
            if (items.isEmpty()) {
                Statement.run(otherwise, scope.inner(), output);
            }
            scope.budget().leave();
        }

        private List<@Nullable Object> filtered(Scope scope, List<@Nullable Object> items) {
            if (filter == null) {
                return items;
            }
            var kept = new ArrayList<@Nullable Object>();
            for (Object item : items) {
                Scope inner = scope.inner();
                target.assign(inner, item);
                if (Values.isTrue(filter.value(inner))) {
                    scope.budget().element(kept.size());
                    kept.add(item);
                }
            }
            return kept;
        }
    }

    /** What a macro is defined by. */
    record Signature(List<String> parameters, Map<String, Expression> defaults) {}

    record Macro(String name, Signature signature, List<Statement> body, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            scope.set(name, callable(scope));
            return Flow.NEXT;
        }

        Callable callable(Scope defined) {
            return (scope, arguments) -> {
                Scope inner = defined.inner();
                bind(inner, arguments);
                var text = new Output(scope.budget());
                Statement.run(body, inner, text);
                return text.toString();
            };
        }

        private void bind(Scope inner, Arguments arguments) {
            List<String> parameters = signature.parameters();
            List<@Nullable Object> positional = arguments.positional();
            for (int i = 0; i < parameters.size(); i++) {
                String parameter = parameters.get(i);
                Object value = new Undefined("the macro's parameter '" + parameter + "'");
                Expression otherwise = signature.defaults().get(parameter);
                if (arguments.has(i, parameter)) {
                    value = arguments.get(i, parameter, null);
                } else if (otherwise != null) {
                    value = otherwise.value(inner);
                }
                inner.set(parameter, value);
            }
            int named = Math.min(positional.size(), parameters.size());
            inner.set("varargs", new Sequences.Tuple(positional.subList(named, positional.size())));
            var rest = new java.util.LinkedHashMap<@Nullable Object, @Nullable Object>(arguments.named());
            parameters.forEach(rest::remove);
            inner.set("kwargs", rest);
            if (arguments.named().containsKey("caller")) {
                inner.set("caller", arguments.named().get("caller"));
            }
        }
    }

    record CallBlock(Expressions.Call call, Macro caller, int line) implements Statement {
        @Override
        public Flow execute(Scope scope, Output output) {
            Object macro = call.called().value(scope);
            if (!(macro instanceof Callable callable)) {
                throw new TemplateException("call needs a macro, not " + Values.type(macro));
            }
            Arguments given = call.arguments().values(scope);
            var named = new java.util.LinkedHashMap<String, @Nullable Object>(given.named());
            named.put("caller", caller.callable(scope));
            Object result = callable.call(scope, new Arguments(given.positional(), named));
            output.append(Printed.text(scope.budget(), result));
            return Flow.NEXT;
        }
    }
}
