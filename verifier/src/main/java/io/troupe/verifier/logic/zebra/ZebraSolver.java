package io.troupe.verifier.logic.zebra;

import java.util.Arrays;
import java.util.List;

/**
 * Counts the arrangements that fit clues: every thing keeps the set of houses where it can be, as bits; clues and the rule that things of a category live
 * apart shrink the sets, then the smallest one is split. The depth is at most the number of things. Not safe for several threads; {@link #count} is.
 */
final class ZebraSolver {

    private final int houses;
    private final int categories;
    private final List<Clue> clues;
    private final int most;
    private int found;

    private ZebraSolver(int houses, int categories, List<Clue> clues, int most) {
        this.houses = houses;
        this.categories = categories;
        this.clues = clues;
        this.most = most;
    }

    /**
     * Counts arrangements.
     *
     * @param houses how many houses, which is how many things a category has
     * @param categories how many categories
     * @param clues what is known
     * @param most where to stop counting
     * @return how many there are, at most {@code most}
     */
    static int count(int houses, int categories, List<Clue> clues, int most) {
        var solver = new ZebraSolver(houses, categories, clues, most);
        int[] open = new int[houses * categories];
        Arrays.fill(open, (1 << houses) - 1);
        for (Clue clue : clues) {
            if (clue.kind() == Clue.Kind.FOUND) {
                open[solver.thing(clue.category(), clue.value())] &= 1 << clue.value();
            }
        }
        solver.search(open);
        return solver.found;
    }

    private int thing(int category, int value) {
        return category * houses + value;
    }

    private void search(int[] open) {
        if (!propagate(open)) {
            return;
        }
        int tightest = -1;
        for (int thing = 0; thing < open.length; thing++) {
            int count = Integer.bitCount(open[thing]);
            if (count > 1 && (tightest < 0 || count < Integer.bitCount(open[tightest]))) {
                tightest = thing;
            }
        }
        if (tightest < 0) {
            found++;
            return;
        }
        for (int left = open[tightest]; left != 0 && found < most; left &= left - 1) {
            int[] tried = open.clone();
            tried[tightest] = left & -left;
            search(tried);
        }
    }

    /** Shrinks until nothing changes; false if a thing has no house left. */
    private boolean propagate(int[] open) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Clue clue : clues) {
                changed |= clue.kind() != Clue.Kind.FOUND && apply(clue, open);
            }
            for (int category = 0; category < categories; category++) {
                changed |= apart(open, category * houses);
            }
            for (int left : open) {
                if (left == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean apply(Clue clue, int[] open) {
        int first = thing(clue.category(), clue.value());
        int second = thing(clue.otherCategory(), clue.otherValue());
        int was = open[first];
        int wasOther = open[second];
        switch (clue.kind()) {
            case SAME -> {
                open[first] &= open[second];
                open[second] &= open[first];
            }
            case LEFT -> {
                open[second] &= open[first] << 1;
                open[first] &= open[second] >> 1;
            }
            default -> {
                open[second] &= (open[first] << 1) | (open[first] >> 1);
                open[first] &= (open[second] << 1) | (open[second] >> 1);
            }
        }
        return was != open[first] || wasOther != open[second];
    }

    /** Things of a category live apart: a thing's only house is no other's, and a house that only one thing can have is its. */
    private boolean apart(int[] open, int from) {
        boolean changed = false;
        int once = 0;
        int twice = 0;
        for (int thing = from; thing < from + houses; thing++) {
            twice |= once & open[thing];
            once |= open[thing];
        }
        int only = once & ~twice;
        for (int thing = from; thing < from + houses; thing++) {
            int own = open[thing] & only;
            if (own != 0 && open[thing] != own) {
                open[thing] = own;
                changed = true;
            }
            if (Integer.bitCount(open[thing]) == 1) {
                for (int other = from; other < from + houses; other++) {
                    if (other != thing && (open[other] & open[thing]) != 0) {
                        open[other] &= ~open[thing];
                        changed = true;
                    }
                }
            }
        }
        return changed;
    }
}
