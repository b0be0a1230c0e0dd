package io.troupe.verifier.agent.python;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Number theory: powers, primes, divisors, Euclid. */
final class NumberProblems {

    static final List<Problem.Kind> KINDS = List.of(
            NumberProblems::modularPower,
            NumberProblems::primes,
            NumberProblems::digitsOfAPower,
            NumberProblems::divisors,
            NumberProblems::leastMultiple);

    private NumberProblems() {}

    private static Problem modularPower(SplittableRandom random) {
        long base = random.nextLong(12, 999);
        long exponent = random.nextLong(100, 9_999);
        long modulus = random.nextLong(101, 9_999);
        return new Problem(
                "What is the remainder when %s to the power of %s is divided by %s?".formatted(base, exponent, modulus),
                BigInteger.valueOf(base).modPow(BigInteger.valueOf(exponent), BigInteger.valueOf(modulus)),
                "print(pow(%s, %s, %s))".formatted(base, exponent, modulus));
    }

    private static Problem primes(SplittableRandom random) {
        long from = random.nextLong(100, 3_000);
        long to = from + random.nextLong(500, 4_000);
        long sum = LongStream.rangeClosed(from, to)
                .filter(n ->
                        LongStream.rangeClosed(2, (long) Math.sqrt((double) n)).noneMatch(d -> n % d == 0))
                .sum();
        return Problem.of(
                "What is the sum of all prime numbers from %s to %s, both included?".formatted(from, to),
                sum,
                "print(sum(n for n in range(%s, %s) if all(n %% d for d in range(2, int(n ** 0.5) + 1))))"
                        .formatted(from, to + 1));
    }

    private static Problem digitsOfAPower(SplittableRandom random) {
        int base = random.nextInt(3, 60);
        int exponent = random.nextInt(20, 200);
        return Problem.of(
                "What is the sum of the decimal digits of %s to the power of %s?".formatted(base, exponent),
                BigInteger.valueOf(base)
                        .pow(exponent)
                        .toString()
                        .chars()
                        .map(c -> c - '0')
                        .sum(),
                "print(sum(map(int, str(%s ** %s))))".formatted(base, exponent));
    }

    private static Problem divisors(SplittableRandom random) {
        long number = random.nextLong(10_000, 400_000);
        return Problem.of(
                "What is the sum of all positive divisors of %s, with 1 and the number itself?".formatted(number),
                LongStream.rangeClosed(1, number).filter(d -> number % d == 0).sum(),
                "print(sum(d for d in range(1, %s) if %s %% d == 0))".formatted(number + 1, number));
    }

    private static Problem leastMultiple(SplittableRandom random) {
        long[] numbers = random.longs(3, 100, 2_000).toArray();
        BigInteger least = BigInteger.ONE;
        for (long number : numbers) {
            BigInteger next = BigInteger.valueOf(number);
            least = least.multiply(next).divide(least.gcd(next));
        }
        return new Problem(
                "What is the smallest positive whole number that is divisible by %s, by %s and by %s?"
                        .formatted(numbers[0], numbers[1], numbers[2]),
                least,
                "import math\nprint(math.lcm(%s, %s, %s))".formatted(numbers[0], numbers[1], numbers[2]));
    }
}
