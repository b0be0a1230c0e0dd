package io.troupe.verifier.logic.sudoku;

import java.util.stream.IntStream;

/**
 * A square of digits, row by row; {@code .} is an empty cell. Immutable.
 *
 * @param cells 16 or 81 characters
 */
record Grid(String cells) {

    private static final char EMPTY = '.';
    private static final String SHOWN_EMPTY = "_";

    Grid {
        int cellCount = cells.length();
        if (cellCount != 16 && cellCount != 81) {
            throw new IllegalArgumentException("a grid has 16 or 81 cells, not " + cellCount);
        }
        int side = (int) Math.sqrt(cellCount);
        if (!cells.chars().allMatch(c -> c == EMPTY || (c >= '1' && c <= '0' + side))) {
            throw new IllegalArgumentException("a cell is '.' or a digit from 1 to " + side + ": " + cells);
        }
    }

    /** The number of cells in a row: 4 or 9. */
    int side() {
        return cells.length() == 16 ? 4 : 9;
    }

    /** The side of a box: 2 or 3. */
    int box() {
        return side() == 4 ? 2 : 3;
    }

    int size() {
        return cells.length();
    }

    /** A cell's digit, 0 if it is empty. */
    int digit(int cell) {
        return cells.charAt(cell) == EMPTY ? 0 : cells.charAt(cell) - '0';
    }

    int row(int cell) {
        return cell / side();
    }

    int column(int cell) {
        return cell % side();
    }

    int boxOf(int cell) {
        return row(cell) / box() * box() + column(cell) / box();
    }

    Grid with(int cell, int digit) {
        var changed = new StringBuilder(cells);
        changed.setCharAt(cell, digit == 0 ? EMPTY : (char) ('0' + digit));
        return new Grid(changed.toString());
    }

    boolean full() {
        return cells.indexOf(EMPTY) < 0;
    }

    int blanks() {
        return (int) cells.chars().filter(c -> c == EMPTY).count();
    }

    /** Whether every cell that is filled in the other one holds the same digit here. */
    boolean keeps(Grid givens) {
        return givens.size() == size()
                && IntStream.range(0, size())
                        .allMatch(cell -> givens.digit(cell) == 0 || givens.digit(cell) == digit(cell));
    }

    /** Whether no row, column or box holds a digit twice. */
    boolean consistent() {
        int[][] seen = new int[3][side()];
        for (int cell = 0; cell < size(); cell++) {
            int bit = digit(cell) == 0 ? 0 : 1 << digit(cell);
            if (((seen[0][row(cell)] | seen[1][column(cell)] | seen[2][boxOf(cell)]) & bit) != 0) {
                return false;
            }
            seen[0][row(cell)] |= bit;
            seen[1][column(cell)] |= bit;
            seen[2][boxOf(cell)] |= bit;
        }
        return true;
    }

    /** The digits renamed in the order in which they first occur, so that grids that differ only in what the digits are called have one key. */
    String key() {
        int[] names = new int[side() + 1];
        int named = 0;
        var key = new StringBuilder();
        for (int cell = 0; cell < size(); cell++) {
            int digit = digit(cell);
            if (digit != 0 && names[digit] == 0) {
                names[digit] = ++named;
            }
            key.append(digit == 0 ? "." : Integer.toString(names[digit]));
        }
        return key.toString();
    }

    /** Rows on lines of their own, digits between blanks, {@code _} for an empty cell. */
    String text() {
        var text = new StringBuilder();
        for (int cell = 0; cell < size(); cell++) {
            if (cell > 0) {
                text.append(column(cell) == 0 ? '\n' : ' ');
            }
            text.append(digit(cell) == 0 ? SHOWN_EMPTY : Integer.toString(digit(cell)));
        }
        return text.toString();
    }
}
