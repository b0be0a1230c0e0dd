package io.troupe.policy.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that every template sees: Jinja's, and the two that transformers adds. */
final class Globals {

    private static final int MAX_MESSAGE = 10_000;
    private static final Map<String, Callable> FUNCTIONS = Map.of(
            "range", Globals::range,
            "dict", Globals::dict,
            "namespace", Globals::namespace,
            "raise_exception", Globals::fail,
            "strftime_now",
                    (scope, arguments) -> TimeText.format(scope.budget(), scope.now(), arguments.text(0, "format")));

    private Globals() {}

    static @Nullable Object find(String name) {
        return FUNCTIONS.get(name);
    }

    private static Object range(Scope scope, Arguments arguments) {
        long first = arguments.integer(0, "start", 0);
        boolean one = arguments.positional().size() < 2;
        return new Sequences.Range(
                one ? 0 : first, one ? first : arguments.integer(1, "stop", 0), arguments.integer(2, "step", 1));
    }

    private static Map<@Nullable Object, @Nullable Object> dict(Scope scope, Arguments arguments) {
        var map = new LinkedHashMap<@Nullable Object, @Nullable Object>();
        if (!arguments.positional().isEmpty()) {
            Object given = arguments.positional().get(0);
            if (given instanceof Map<?, ?> copied) {
                scope.budget().elements(copied.size());
                map.putAll(copied);
            } else {
                for (Object pair : Values.iterate(scope.budget(), given)) {
                    map.put(
                            Values.key(scope.budget(), Attributes.item(scope.budget(), pair, 0L)),
                            Attributes.item(scope.budget(), pair, 1L));
                }
            }
        }
        map.putAll(arguments.named());
        return map;
    }

    private static Object namespace(Scope scope, Arguments arguments) {
        var namespace = new Namespace();
        dict(scope, arguments).forEach((name, value) -> namespace.set(String.valueOf(name), value));
        return namespace;
    }

    private static Object fail(Scope scope, Arguments arguments) {
        String message = Printed.text(scope.budget(), arguments.require(0, "message"));
        throw new TemplateException("the template refuses the conversation: "
                + message.substring(0, Math.min(MAX_MESSAGE, message.length())));
    }
}
