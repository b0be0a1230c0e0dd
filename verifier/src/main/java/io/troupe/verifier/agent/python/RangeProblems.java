package io.troupe.verifier.agent.python;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/** Counting and adding the numbers of a range that fulfil a condition. */
final class RangeProblems {

    static final List<Problem.Kind> KINDS = List.of(
            RangeProblems::divisible, RangeProblems::digitSum, RangeProblems::squares, RangeProblems::palindromes);

    private RangeProblems() {}

    private static long count(long from, long to, LongPredicate condition) {
        return LongStream.rangeClosed(from, to).filter(condition).count();
    }

    private static Problem divisible(SplittableRandom random) {
        long from = random.nextLong(100, 2_000);
        long to = from + random.nextLong(1_000, 9_000);
        long one = random.nextLong(3, 14);
        long other = one + random.nextLong(1, 8);
        long not = random.nextLong(2, 12);
        return Problem.of(
                "How many whole numbers from %s to %s, both included, are divisible by %s or by %s, but not by %s?"
                        .formatted(from, to, one, other, not),
                count(from, to, n -> (n % one == 0 || n % other == 0) && n % not != 0),
                "print(sum(1 for n in range(%s, %s) if (n %% %s == 0 or n %% %s == 0) and n %% %s != 0))"
                        .formatted(from, to + 1, one, other, not));
    }

    private static Problem digitSum(SplittableRandom random) {
        long to = random.nextLong(2_000, 30_000);
        long wanted = random.nextLong(6, 24);
        return Problem.of(
                "How many whole numbers from 1 to %s, both included, have digits that add up to %s?"
                        .formatted(to, wanted),
                count(1, to, n -> Long.toString(n).chars().map(c -> c - '0').sum() == wanted),
                "print(sum(1 for n in range(1, %s) if sum(map(int, str(n))) == %s))".formatted(to + 1, wanted));
    }

    private static Problem squares(SplittableRandom random) {
        long from = random.nextLong(10, 500);
        long to = from + random.nextLong(100, 900);
        long divisor = random.nextLong(3, 20);
        long rest = random.nextLong(divisor);
        return Problem.of(
                ("What is the sum of the squares of all whole numbers from %s to %s, both included, that leave the remainder %s"
                                + " when divided by %s?")
                        .formatted(from, to, rest, divisor),
                LongStream.rangeClosed(from, to)
                        .filter(n -> n % divisor == rest)
                        .map(n -> n * n)
                        .sum(),
                "print(sum(n * n for n in range(%s, %s) if n %% %s == %s))".formatted(from, to + 1, divisor, rest));
    }

    private static Problem palindromes(SplittableRandom random) {
        long from = random.nextLong(100, 5_000);
        long to = from + random.nextLong(5_000, 90_000);
        long divisor = random.nextLong(2, 14);
        return Problem.of(
                "How many whole numbers from %s to %s, both included, read the same backwards and are divisible by %s?"
                        .formatted(from, to, divisor),
                count(
                        from,
                        to,
                        n -> n % divisor == 0
                                && new StringBuilder(Long.toString(n))
                                        .reverse()
                                        .toString()
                                        .equals(Long.toString(n))),
                "print(sum(1 for n in range(%s, %s) if n %% %s == 0 and str(n) == str(n)[::-1]))"
                        .formatted(from, to + 1, divisor));
    }
}
