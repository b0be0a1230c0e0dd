/** Zebra puzzles: who lives in which house. */
@NullMarked
package io.troupe.verifier.logic.zebra;

import org.jspecify.annotations.NullMarked;
