package io.troupe.verifier.agent.python;

import java.util.List;
import java.util.SplittableRandom;

/** Sums in words, with numbers too big for the head. */
final class StoryProblems {

    static final List<Problem.Kind> KINDS =
            List.of(StoryProblems::warehouse, StoryProblems::savings, StoryProblems::journey, StoryProblems::harvest);

    private StoryProblems() {}

    private static Problem warehouse(SplittableRandom random) {
        long boxes = random.nextLong(120, 980);
        long pieces = random.nextLong(120, 980);
        long sold = random.nextLong(1_000, 9_999);
        long broken = random.nextLong(11, 99);
        return Problem.of(
                ("A warehouse receives %s boxes with %s screws in each. It sells %s screws, and %s screws turn out to be"
                                + " broken and are thrown away. How many screws are left?")
                        .formatted(boxes, pieces, sold, broken),
                boxes * pieces - sold - broken,
                "print(%s * %s - %s - %s)".formatted(boxes, pieces, sold, broken));
    }

    private static Problem savings(SplittableRandom random) {
        long start = random.nextLong(1_000, 99_999);
        long monthly = random.nextLong(101, 999);
        long months = random.nextLong(13, 97);
        long spent = random.nextLong(1_000, 9_999);
        return Problem.of(
                ("Ada has %s coins. At the end of each of %s months she adds %s coins, and then she spends %s coins. How many"
                                + " coins does she have?")
                        .formatted(start, months, monthly, spent),
                start + months * monthly - spent,
                "coins = %s\nfor month in range(%s):\n    coins += %s\nprint(coins - %s)"
                        .formatted(start, months, monthly, spent));
    }

    private static Problem journey(SplittableRandom random) {
        long legs = random.nextLong(12, 60);
        long first = random.nextLong(101, 999);
        long more = random.nextLong(11, 99);
        return Problem.of(
                ("A ship sails %s miles on the first day, and on every further day %s miles more than on the day before. How"
                                + " many miles has it sailed after %s days?")
                        .formatted(first, more, legs),
                legs * first + more * legs * (legs - 1) / 2,
                "miles = 0\nfor day in range(%s):\n    miles += %s + day * %s\nprint(miles)"
                        .formatted(legs, first, more));
    }

    private static Problem harvest(SplittableRandom random) {
        long rows = random.nextLong(23, 87);
        long trees = random.nextLong(23, 87);
        long apples = random.nextLong(101, 399);
        long crate = random.nextLong(13, 59);
        long all = rows * trees * apples;
        return Problem.of(
                ("An orchard has %s rows of %s trees, and every tree bears %s apples. They are packed in crates of %s apples."
                                + " How many apples are left over when no further crate can be filled?")
                        .formatted(rows, trees, apples, crate),
                all % crate,
                "apples = %s * %s * %s\nprint(apples %% %s)".formatted(rows, trees, apples, crate));
    }
}
