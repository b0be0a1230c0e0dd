package io.troupe.policy.jinja;

import org.jspecify.annotations.Nullable;

/** What stands behind {@code is} in a template. */
interface Test {

    boolean holds(Budget budget, @Nullable Object value, Arguments arguments);
}
