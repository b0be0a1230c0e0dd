package io.troupe.policy.jinja;

import org.jspecify.annotations.Nullable;

/** What stands behind {@code |} in a template. */
interface Filter {

    @Nullable
    Object apply(Scope scope, @Nullable Object value, Arguments arguments);
}
