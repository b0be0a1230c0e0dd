package io.troupe.verifier.logic.sudoku;

import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fills a grid by search: always the cell with the fewest candidates, until as many solutions as wanted are found. The depth is at most the number of
 * cells. Not safe for several threads; the static functions are.
 */
final class GridSolver {

    private final Grid grid;
    private final int wanted;
    private final @Nullable SplittableRandom random;
    private final int[] digits;
    private final int[] rows;
    private final int[] columns;
    private final int[] boxes;
    private int found;
    private @Nullable Grid first;

    private GridSolver(Grid grid, int wanted, @Nullable SplittableRandom random) {
        this.grid = grid;
        this.wanted = wanted;
        this.random = random;
        this.digits = new int[grid.size()];
        this.rows = new int[grid.side()];
        this.columns = new int[grid.side()];
        this.boxes = new int[grid.side()];
        for (int cell = 0; cell < grid.size(); cell++) {
            if (grid.digit(cell) != 0) {
                put(cell, grid.digit(cell));
            }
        }
    }

    /**
     * Counts solutions.
     *
     * @param grid a grid
     * @param most where to stop counting
     * @return how many there are, at most {@code most}
     */
    static int count(Grid grid, int most) {
        if (!grid.consistent()) {
            return 0;
        }
        var solver = new GridSolver(grid, most, null);
        solver.search();
        return solver.found;
    }

    /** The only solution; empty if there is none or several. */
    static Optional<Grid> solution(Grid grid) {
        if (!grid.consistent()) {
            return Optional.empty();
        }
        var solver = new GridSolver(grid, 2, null);
        solver.search();
        return solver.found == 1 ? Optional.ofNullable(solver.first) : Optional.empty();
    }

    /** A full grid, drawn at random. */
    static Grid draw(int side, SplittableRandom random) {
        var solver = new GridSolver(new Grid(".".repeat(side * side)), 1, random);
        solver.search();
        Grid drawn = solver.first;
        if (drawn == null) {
            throw new IllegalStateException("an empty grid of side " + side + " has no solution");
        }
        return drawn;
    }

    /** The digits that neither the cell's row nor its column nor its box holds, as bits from 1 on. */
    static int candidates(Grid grid, int cell) {
        return new GridSolver(grid, 1, null).open(cell);
    }

    private void search() {
        int cell = tightest();
        if (cell < 0) {
            found++;
            if (first == null) {
                first = asGrid();
            }
            return;
        }
        int open = open(cell);
        while (open != 0 && found < wanted) {
            int digit = pick(open);
            open &= ~(1 << digit);
            put(cell, digit);
            search();
            take(cell);
        }
    }

    private int tightest() {
        int best = -1;
        int fewest = Integer.MAX_VALUE;
        for (int cell = 0; cell < digits.length && fewest > 1; cell++) {
            if (digits[cell] == 0) {
                int count = Integer.bitCount(open(cell));
                if (count < fewest) {
                    fewest = count;
                    best = cell;
                }
            }
        }
        return best;
    }

    private int open(int cell) {
        int all = (1 << (grid.side() + 1)) - 2;
        return all & ~(rows[grid.row(cell)] | columns[grid.column(cell)] | boxes[grid.boxOf(cell)]);
    }

    private int pick(int open) {
        int skip = random == null ? 0 : random.nextInt(Integer.bitCount(open));
        int left = open;
        for (int i = 0; i < skip; i++) {
            left &= left - 1;
        }
        return Integer.numberOfTrailingZeros(left);
    }

    private void put(int cell, int digit) {
        digits[cell] = digit;
        flip(cell, 1 << digit);
    }

    private void take(int cell) {
        flip(cell, 1 << digits[cell]);
        digits[cell] = 0;
    }

    private void flip(int cell, int bit) {
        rows[grid.row(cell)] ^= bit;
        columns[grid.column(cell)] ^= bit;
        boxes[grid.boxOf(cell)] ^= bit;
    }

    private Grid asGrid() {
        var cells = new StringBuilder();
        for (int digit : digits) {
            cells.append(digit);
        }
        return new Grid(cells.toString());
    }
}
