package io.troupe.policy.jinja;

import org.jspecify.annotations.Nullable;

/** Something that has a value. */
interface Expression {

    /** Its value, when the budget is paid and the depth counted: called through {@link #value}. */
    @Nullable
    Object evaluate(Scope scope);

    /** Its value. */
    default @Nullable Object value(Scope scope) {
        scope.budget().enter();
        Object value = evaluate(scope);
        scope.budget().leave();
        return value;
    }
}
