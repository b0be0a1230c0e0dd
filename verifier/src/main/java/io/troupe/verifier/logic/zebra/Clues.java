package io.troupe.verifier.logic.zebra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Clues that fit exactly one arrangement and of which none can be missed. Immutable.
 *
 * @param houses how many houses
 * @param categories how many categories, names among them
 * @param clues the clues
 */
record Clues(int houses, int categories, List<Clue> clues) {

    Clues {
        clues = List.copyOf(clues);
    }

    /** Draws clues: as many of all that are true as are needed, in random order, then without those that can be missed. */
    static Clues draw(int houses, int categories, SplittableRandom random) {
        List<Clue> all = all(houses, categories, random);
        Collections.shuffle(all, new Random(random.nextLong()));
        int tooFew = 0;
        int enough = all.size();
        while (enough - tooFew > 1) {
            int middle = (tooFew + enough) / 2;
            if (unique(houses, categories, all.subList(0, middle))) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
        List<Clue> kept = new ArrayList<>(all.subList(0, enough));
        for (int i = kept.size() - 1; i >= 0; i--) {
            Clue dropped = kept.remove(i);
            if (!unique(houses, categories, kept)) {
                kept.add(i, dropped);
            }
        }
        return new Clues(houses, categories, kept);
    }

    private static boolean unique(int houses, int categories, List<Clue> clues) {
        return ZebraSolver.count(houses, categories, clues, 2) == 1;
    }

    /** Everything that is true: where a thing is, what shares a house, what is left of or beside what. */
    private static List<Clue> all(int houses, int categories, SplittableRandom random) {
        List<Clue> all = new ArrayList<>();
        for (int house = 0; house < houses; house++) {
            for (int category = 0; category < categories; category++) {
                all.add(Clue.found(category, house));
                for (int other = category + 1; other < categories; other++) {
                    all.add(
                            random.nextBoolean()
                                    ? new Clue(Clue.Kind.SAME, category, house, other, house)
                                    : new Clue(Clue.Kind.SAME, other, house, category, house));
                }
                for (int other = 0; other < categories && house + 1 < houses; other++) {
                    all.add(neighbours(category, house, other, random));
                }
            }
        }
        return all;
    }

    private static Clue neighbours(int category, int house, int other, SplittableRandom random) {
        if (random.nextBoolean()) {
            return new Clue(Clue.Kind.LEFT, category, house, other, house + 1);
        }
        return random.nextBoolean()
                ? new Clue(Clue.Kind.BESIDE, category, house, other, house + 1)
                : new Clue(Clue.Kind.BESIDE, other, house + 1, category, house);
    }

    /** The smallest list of codes over all ways to number the categories, names aside. */
    String key() {
        int[] numbers = new int[categories];
        for (int i = 0; i < categories; i++) {
            numbers[i] = i;
        }
        int[] best = codes(numbers);
        while (next(numbers)) {
            int[] codes = codes(numbers);
            if (Arrays.compare(codes, best) < 0) {
                best = codes;
            }
        }
        return houses + "x" + categories + ":"
                + Arrays.stream(best).mapToObj(Integer::toHexString).collect(Collectors.joining(","));
    }

    private int[] codes(int[] numbers) {
        return clues.stream().mapToInt(clue -> clue.code(numbers)).sorted().toArray();
    }

    /** The next permutation of all but the first number; false after the last. */
    private static boolean next(int[] numbers) {
        int pivot = numbers.length - 2;
        while (pivot > 0 && numbers[pivot] > numbers[pivot + 1]) {
            pivot--;
        }
        if (pivot <= 0) {
            return false;
        }
        int larger = numbers.length - 1;
        while (numbers[larger] < numbers[pivot]) {
            larger--;
        }
        swap(numbers, pivot, larger);
        for (int low = pivot + 1, high = numbers.length - 1; low < high; low++, high--) {
            swap(numbers, low, high);
        }
        return true;
    }

    private static void swap(int[] numbers, int one, int other) {
        int kept = numbers[one];
        numbers[one] = numbers[other];
        numbers[other] = kept;
    }
}
