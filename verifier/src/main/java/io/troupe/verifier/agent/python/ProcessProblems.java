package io.troupe.verifier.agent.python;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Processes of many steps, and choices that are counted by dynamic programming. */
final class ProcessProblems {

    static final List<Problem.Kind> KINDS = List.of(
            ProcessProblems::circle,
            ProcessProblems::collatz,
            ProcessProblems::generator,
            ProcessProblems::grid,
            ProcessProblems::coins);

    private ProcessProblems() {}

    private static Problem circle(SplittableRandom random) {
        int people = random.nextInt(50, 2_000);
        int step = random.nextInt(3, 30);
        int last = 0;
        for (int size = 2; size <= people; size++) {
            last = (last + step) % size;
        }
        return Problem.of(
                ("%s people with the numbers 1 to %s stand in a circle. Counting begins with number 1, and every %s-th person who"
                                + " still stands leaves the circle, until one is left. Which number has this person?")
                        .formatted(people, people, step),
                last + 1L,
                """
                        people = list(range(1, %s))
                        at = 0
                        while len(people) > 1:
                            at = (at + %s) %% len(people)
                            people.pop(at)
                        print(people[0])""".formatted(people + 1, step - 1));
    }

    private static Problem collatz(SplittableRandom random) {
        long from = random.nextLong(1_000, 50_000);
        long to = from + random.nextLong(100, 1_000);
        long best = 0;
        for (long start = from; start <= to; start++) {
            long steps = 0;
            for (long n = start; n != 1; n = n % 2 == 0 ? n / 2 : 3 * n + 1) {
                steps++;
            }
            best = Math.max(best, steps);
        }
        return Problem.of(
                ("Halve a number if it is even, else multiply it by 3 and add 1, and go on until it is 1. What is the largest"
                                + " number of steps that this takes for any of the numbers from %s to %s, both included?")
                        .formatted(from, to),
                best,
                """
                        best = 0
                        for n in range(%s, %s):
                            steps = 0
                            while n != 1:
                                n = n // 2 if n %% 2 == 0 else 3 * n + 1
                                steps += 1
                            best = max(best, steps)
                        print(best)""".formatted(from, to + 1));
    }

    private static Problem generator(SplittableRandom random) {
        long start = random.nextLong(1, 1_000);
        long factor = random.nextLong(101, 9_999);
        long more = random.nextLong(11, 999);
        long modulus = random.nextLong(10_007, 99_991);
        int terms = random.nextInt(100, 2_000);
        long bound = modulus / random.nextLong(2, 6);
        long x = start;
        long count = 0;
        for (int i = 0; i < terms; i++) {
            x = (factor * x + more) % modulus;
            count += x < bound ? 1 : 0;
        }
        return Problem.of(
                ("A sequence begins with x = %s. The next x is always the remainder of %s * x + %s when divided by %s. Of the"
                                + " next %s terms, the first one left out, how many are smaller than %s?")
                        .formatted(start, factor, more, modulus, terms, bound),
                count,
                """
                        x, count = %s, 0
                        for i in range(%s):
                            x = (%s * x + %s) %% %s
                            count += x < %s
                        print(count)""".formatted(start, terms, factor, more, modulus, bound));
    }

    private static Problem grid(SplittableRandom random) {
        int width = random.nextInt(6, 15);
        int height = random.nextInt(6, 15);
        var blocked = new TreeSet<Integer>();
        int holes = random.nextInt(3, 9);
        for (int i = 0; i < holes; i++) {
            int cell = random.nextInt(1, width * height - 1);
            blocked.add(cell);
        }
        BigInteger[] ways = new BigInteger[width * height];
        for (int cell = 0; cell < ways.length; cell++) {
            BigInteger left = cell % width == 0 ? BigInteger.ZERO : ways[cell - 1];
            BigInteger above = cell < width ? BigInteger.ZERO : ways[cell - width];
            ways[cell] = blocked.contains(cell) ? BigInteger.ZERO : cell == 0 ? BigInteger.ONE : left.add(above);
        }
        String cells = String.join(
                ", ",
                blocked.stream()
                        .map(cell -> "(" + cell / width + ", " + cell % width + ")")
                        .toList());
        return new Problem(
                ("A grid has %s rows and %s columns, numbered from 0. These cells (row, column) are blocked: %s. How many ways lead"
                                + " from the cell (0, 0) to the cell (%s, %s), if every step goes to the next cell on the right or"
                                + " to the next one below and no blocked cell may be entered?")
                        .formatted(height, width, cells, height - 1, width - 1),
                ways[ways.length - 1],
                """
                        blocked = {%s}
                        ways = {}
                        for r in range(%s):
                            for c in range(%s):
                                if (r, c) in blocked:
                                    ways[r, c] = 0
                                elif (r, c) == (0, 0):
                                    ways[r, c] = 1
                                else:
                                    ways[r, c] = ways.get((r - 1, c), 0) + ways.get((r, c - 1), 0)
                        print(ways[%s, %s])""".formatted(cells, height, width, height - 1, width - 1));
    }

    private static Problem coins(SplittableRandom random) {
        var coins = new TreeSet<Integer>();
        while (coins.size() < 5) {
            coins.add(random.nextInt(2, 60));
        }
        int amount = random.nextInt(200, 900);
        long[] ways = new long[amount + 1];
        ways[0] = 1;
        for (int coin : coins) {
            for (int sum = coin; sum <= amount; sum++) {
                ways[sum] += ways[sum - coin];
            }
        }
        String list = String.join(", ", coins.stream().map(String::valueOf).toList());
        return Problem.of(
                ("In how many ways can %s be paid with coins of the values %s, if there are as many of each as you like and their"
                                + " order does not matter?")
                        .formatted(amount, list),
                ways[amount],
                """
                        ways = [1] + [0] * %s
                        for coin in [%s]:
                            for amount in range(coin, %s):
                                ways[amount] += ways[amount - coin]
                        print(ways[%s])""".formatted(amount, list, amount + 1, amount));
    }
}
