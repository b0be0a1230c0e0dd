/** Logic puzzles with one solution: knights and knaves. */
@NullMarked
package io.troupe.verifier.logic;

import org.jspecify.annotations.NullMarked;
