/** Rewards put together from named parts: weighted components, gates, metrics, and what is judged beside the other trajectories of a group. */
@NullMarked
package io.troupe.verifier.rubric;

import org.jspecify.annotations.NullMarked;
