/** Rollout workers, which sample, and environment hosts, which answer and judge. */
@NullMarked
package io.troupe.actors.worker;

import org.jspecify.annotations.NullMarked;
