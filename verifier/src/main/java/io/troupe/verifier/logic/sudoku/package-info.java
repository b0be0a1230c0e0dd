/** Sudoku of four and of nine digits a side. */
@NullMarked
package io.troupe.verifier.logic.sudoku;

import org.jspecify.annotations.NullMarked;
