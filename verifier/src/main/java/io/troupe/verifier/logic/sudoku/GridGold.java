package io.troupe.verifier.logic.sudoku;

/**
 * The gold of a grid: both row by row, {@code .} for an empty cell.
 *
 * @param puzzle the grid with blanks
 * @param solution the full grid
 */
record GridGold(String puzzle, String solution) {

    GridGold {
        var givens = new Grid(puzzle);
        var full = new Grid(solution);
        if (!full.full() || !full.consistent() || !full.keeps(givens)) {
            throw new IllegalArgumentException("the solution does not solve the puzzle");
        }
    }

    Grid givens() {
        return new Grid(puzzle);
    }

    Grid full() {
        return new Grid(solution);
    }
}
