package io.troupe.policy.jinja;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that a piece of a template sees, its own first, then those around it. Belongs to one rendering. */
final class Scope {

    /** In steps: a scope takes as much memory as so many other things. */
    private static final int COST = 8;

    private final @Nullable Scope outer;
    private final Map<String, @Nullable Object> variables = new HashMap<>();
    private final Budget budget;
    private final LocalDateTime now;

    Scope(Budget budget, LocalDateTime now) {
        this.outer = null;
        this.budget = budget;
        this.now = now;
    }

    private Scope(Scope outer) {
        this.outer = outer;
        budget = outer.budget;
        now = outer.now;
    }

    Scope inner() {
        budget.spend(COST);
        return new Scope(this);
    }

    Budget budget() {
        return budget;
    }

    LocalDateTime now() {
        return now;
    }

    void set(String name, @Nullable Object value) {
        variables.put(name, value);
    }

    @Nullable
    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.variables.containsKey(name)) {
                return scope.variables.get(name);
            }
        }
        Object global = Globals.find(name);
        return global == null ? new Undefined("'" + name + "'") : global;
    }
}
