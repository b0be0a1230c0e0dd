/** Starts a node of Troupe, wires the roles of a run and ends it in order. */
@NullMarked
package io.troupe.actors.node;

import org.jspecify.annotations.NullMarked;
