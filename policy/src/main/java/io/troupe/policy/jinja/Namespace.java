package io.troupe.policy.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one thing that a template can change: {@code namespace(…)}, whose attributes {@code set} assigns also from within a loop. */
final class Namespace {

    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    void set(String name, @Nullable Object value) {
        if (name.startsWith("_")) {
            throw new TemplateException("a namespace's attribute cannot begin with an underscore: " + name);
        }
        values.put(name, value);
    }

    @Nullable
    Object get(String name) {
        return values.containsKey(name) ? values.get(name) : new Undefined("the namespace's attribute '" + name + "'");
    }
}
