/** Measurements of this machine with a policy, for {@code troupe bench}. */
@NullMarked
package io.troupe.actors.bench;

import org.jspecify.annotations.NullMarked;
