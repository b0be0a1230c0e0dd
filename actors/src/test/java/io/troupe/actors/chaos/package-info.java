/** Clusters of real processes, and what is done to them. */
@NullMarked
package io.troupe.actors.chaos;

import org.jspecify.annotations.NullMarked;
