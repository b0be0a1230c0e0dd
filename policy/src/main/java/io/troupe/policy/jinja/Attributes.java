package io.troupe.policy.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code value.name} and {@code value[key]}: methods before entries with the dot, entries before methods in brackets, as Jinja does. */
final class Attributes {

    private Attributes() {}

    static @Nullable Object attribute(@Nullable Object owner, String name) {
        if (owner instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (owner instanceof Namespace namespace) {
            return namespace.get(name);
        }
        if (owner instanceof LoopState loop) {
            return loop.attribute(name);
        }
        Callable method = method(owner, name);
        if (method != null) {
            return method;
        }
        if (owner instanceof Map<?, ?> map && map.containsKey(name)) {
            return map.get(name);
        }
        return missing(owner, name);
    }

    static @Nullable Object item(Budget budget, @Nullable Object owner, @Nullable Object key) {
        if (owner instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (owner instanceof Map<?, ?> map && !(key instanceof Undefined) && map.containsKey(Values.key(budget, key))) {
            return map.get(Values.key(budget, key));
        }
        if (key instanceof Long || key instanceof Boolean) {
            return indexed(budget, owner, Values.integer(key, "an index"));
        }
        if (key instanceof String name) {
            if (owner instanceof Namespace || owner instanceof LoopState) {
                return attribute(owner, name);
            }
            Callable method = method(owner, name);
            return method == null ? missing(owner, name) : method;
        }
        return missing(owner, Values.shorten(Printed.text(budget, key)));
    }

    private static @Nullable Object indexed(Budget budget, @Nullable Object owner, long index) {
        if (owner instanceof List<?> list) {
            long at = index < 0 ? index + list.size() : index;
            return at >= 0 && at < list.size() ? list.get((int) at) : missing(owner, Long.toString(index));
        }
        if (owner instanceof String text) {
            budget.text(text.length());
            long at = index < 0 ? index + text.codePointCount(0, text.length()) : index;
            if (at < 0 || at >= text.codePointCount(0, text.length())) {
                return missing(owner, Long.toString(index));
            }
            return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)));
        }
        return missing(owner, Long.toString(index));
    }

    private static @Nullable Callable method(@Nullable Object owner, String name) {
        if (owner instanceof String text) {
            return StringMethods.find(text, name);
        }
        if (owner instanceof Map<?, ?> map) {
            return CollectionMethods.find(map, name);
        }
        return owner instanceof List<?> list ? CollectionMethods.find(list, name) : null;
    }

    private static Undefined missing(@Nullable Object owner, String name) {
        return new Undefined("'" + Values.shorten(name) + "' of a value of the type " + Values.type(owner));
    }
}
