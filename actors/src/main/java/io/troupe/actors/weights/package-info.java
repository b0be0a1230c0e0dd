/** Moves a policy's files and versions between nodes, outside of the actors' messages. */
@NullMarked
package io.troupe.actors.weights;

import org.jspecify.annotations.NullMarked;
