package io.troupe.verifier.logic.sudoku;

import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PosedPuzzle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A grid with blanks and the only way to fill them. Immutable.
 *
 * @param givens the grid with blanks
 * @param solution the full grid
 */
record GridPuzzle(Grid givens, Grid solution) implements PosedPuzzle {

    /** Blanks a level of so many cells. */
    record Blanks(int fewest, int most) {}

    /**
     * Tries once to make a puzzle: a full grid, from which cells are taken in random order as long as one solution is left.
     *
     * @param side 4 or 9
     * @param blanks how many cells are to be empty
     * @param random where to draw from
     * @return the puzzle; empty if no more cells could be taken before there were enough blanks
     */
    static Optional<GridPuzzle> draw(int side, Blanks blanks, SplittableRandom random) {
        Grid solution = GridSolver.draw(side, random);
        int left = random.nextInt(blanks.fewest(), blanks.most() + 1);
        List<Integer> order = new ArrayList<>();
        for (int cell = 0; cell < solution.size(); cell++) {
            order.add(cell);
        }
        Collections.shuffle(order, new Random(random.nextLong()));
        Grid puzzle = solution;
        for (int cell : order) {
            if (left == 0) {
                break;
            }
            Grid emptier = puzzle.with(cell, 0);
            if (GridSolver.count(emptier, 2) == 1) {
                puzzle = emptier;
                left--;
            }
        }
        return left == 0 ? Optional.of(new GridPuzzle(puzzle, solution)) : Optional.empty();
    }

    @Override
    public String question() {
        return givens.text();
    }

    @Override
    public String gold() {
        return GoldJson.write(new GridGold(givens.cells(), solution.cells()));
    }

    /** Cell by cell, always one of those with the fewest candidates left: {@code row 1 column 3 is 4}. */
    @Override
    public String sound() {
        var working = new StringBuilder();
        Grid grid = givens;
        while (!grid.full()) {
            int best = -1;
            int fewest = Integer.MAX_VALUE;
            for (int cell = 0; cell < grid.size(); cell++) {
                int count = Integer.bitCount(GridSolver.candidates(grid, cell));
                if (grid.digit(cell) == 0 && count < fewest) {
                    best = cell;
                    fewest = count;
                }
            }
            working.append("row %d column %d is %d\n"
                    .formatted(grid.row(best) + 1, grid.column(best) + 1, solution.digit(best)));
            grid = grid.with(best, solution.digit(best));
        }
        return working + answer(solution);
    }

    @Override
    public String hasty(SplittableRandom random) {
        int nth = random.nextInt(givens.blanks());
        int cell = -1;
        for (int i = 0; i <= nth; i++) {
            cell = givens.cells().indexOf('.', cell + 1);
        }
        int other = 1 + (solution.digit(cell) - 1 + random.nextInt(1, solution.side())) % solution.side();
        return "Just a guess.\n" + answer(solution.with(cell, other));
    }

    private static String answer(Grid grid) {
        return "<answer>\n" + grid.text() + "\n</answer>";
    }
}
