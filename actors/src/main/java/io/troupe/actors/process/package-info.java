/** Processes that this one starts. */
@NullMarked
package io.troupe.actors.process;

import org.jspecify.annotations.NullMarked;
