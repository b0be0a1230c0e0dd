package io.troupe.policy.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call. */
record Arguments(List<@Nullable Object> positional, Map<String, @Nullable Object> named) {

    static final Arguments NONE = new Arguments(List.of(), Map.of());

    int size() {
        return positional.size() + named.size();
    }

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    @Nullable
    Object get(int index, String name, @Nullable Object otherwise) {
        if (index < positional.size()) {
            return positional.get(index);
        }
        return named.containsKey(name) ? named.get(name) : otherwise;
    }

    @Nullable
    Object require(int index, String name) {
        if (!has(index, name)) {
            throw new TemplateException("the argument '" + Values.shorten(name) + "' is missing");
        }
        return get(index, name, null);
    }

    String text(int index, String name) {
        Object value = require(index, name);
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateException("the argument '" + name + "' must be a string, not " + Values.type(value));
    }

    String text(int index, String name, String otherwise) {
        return has(index, name) ? text(index, name) : otherwise;
    }

    long integer(int index, String name, long otherwise) {
        return has(index, name) ? Values.integer(require(index, name), "the argument '" + name + "'") : otherwise;
    }

    boolean truth(int index, String name, boolean otherwise) {
        return has(index, name) ? Values.isTrue(require(index, name)) : otherwise;
    }

    /** The arguments without the first. */
    Arguments rest() {
        return new Arguments(positional.subList(1, positional.size()), named);
    }
}
