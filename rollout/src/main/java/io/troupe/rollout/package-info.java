/** Sampling: the generation engine, episodes, and the loop that plays groups of them against their environments. */
@NullMarked
package io.troupe.rollout;

import org.jspecify.annotations.NullMarked;
