package io.troupe.verifier.logic.sudoku;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Counts the ways to fill a grid as exact covers, by Knuth's algorithm X: every cell, and every digit in every row, column and box, exactly once. Shares no
 * code with the solver.
 */
public final class ExactCover {

    private final List<int[]> choices = new ArrayList<>();
    private final List<BitSet> covering = new ArrayList<>();
    private final int side;
    private int found;
    private final int most;

    private ExactCover(int side, int most) {
        this.side = side;
        this.most = most;
        for (int i = 0; i < 4 * side * side; i++) {
            covering.add(new BitSet());
        }
    }

    /** How many ways there are, at most {@code most}. */
    public static int count(String cells, int most) {
        int side = cells.length() == 16 ? 4 : 9;
        int box = side == 4 ? 2 : 3;
        var cover = new ExactCover(side, most);
        BitSet left = new BitSet();
        left.set(0, 4 * side * side);
        for (int cell = 0; cell < cells.length(); cell++) {
            int row = cell / side;
            int column = cell % side;
            int inBox = row / box * box + column / box;
            for (int digit = 0; digit < side; digit++) {
                if (cells.charAt(cell) == '.' || cells.charAt(cell) - '1' == digit) {
                    cover.choice(cell, row * side + digit, column * side + digit, inBox * side + digit);
                }
            }
        }
        BitSet open = new BitSet();
        open.set(0, cover.choices.size());
        cover.search(open, left);
        return cover.found;
    }

    private void choice(int... constraints) {
        int[] offset = new int[constraints.length];
        for (int i = 0; i < constraints.length; i++) {
            offset[i] = i * side * side + constraints[i];
            covering.get(offset[i]).set(choices.size());
        }
        choices.add(offset);
    }

    private void search(BitSet open, BitSet left) {
        BitSet fewest = null;
        for (int constraint = left.nextSetBit(0); constraint >= 0; constraint = left.nextSetBit(constraint + 1)) {
            BitSet covers = (BitSet) covering.get(constraint).clone();
            covers.and(open);
            if (fewest == null || covers.cardinality() < fewest.cardinality()) {
                fewest = covers;
            }
            if (fewest.cardinality() <= 1) {
                break;
            }
        }
        if (fewest == null) {
            found++;
            return;
        }
        for (int choice = fewest.nextSetBit(0); choice >= 0 && found < most; choice = fewest.nextSetBit(choice + 1)) {
            BitSet stillOpen = (BitSet) open.clone();
            BitSet stillLeft = (BitSet) left.clone();
            for (int constraint : choices.get(choice)) {
                stillOpen.andNot(covering.get(constraint));
                stillLeft.clear(constraint);
            }
            search(stillOpen, stillLeft);
        }
    }
}
