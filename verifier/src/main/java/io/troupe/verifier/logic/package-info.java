/** Logic puzzles with a unique or checkable solution: what their families share, and knights and knaves. */
@NullMarked
package io.troupe.verifier.logic;

import org.jspecify.annotations.NullMarked;
