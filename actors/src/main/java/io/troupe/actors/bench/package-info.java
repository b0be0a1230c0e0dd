/** Measures what moves and what it costs, on real processes. */
@NullMarked
package io.troupe.actors.bench;

import org.jspecify.annotations.NullMarked;
