package io.troupe.policy.jinja;

import org.jspecify.annotations.Nullable;

/** A function, a method of a value, or a macro. */
interface Callable {

    @Nullable
    Object call(Scope scope, Arguments arguments);
}
