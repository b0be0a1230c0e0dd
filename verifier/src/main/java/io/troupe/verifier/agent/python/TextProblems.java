package io.troupe.verifier.agent.python;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Puzzles about texts. */
final class TextProblems {

    static final List<Problem.Kind> KINDS =
            List.of(TextProblems::rewriting, TextProblems::rank, TextProblems::subsequences, TextProblems::caesar);

    private static final int LETTERS = 26;

    private TextProblems() {}

    private static String word(SplittableRandom random, int length, int letters) {
        var word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(letters)));
        }
        return word.toString();
    }

    private static Problem rewriting(SplittableRandom random) {
        String start = word(random, random.nextInt(1, 5), 3);
        String a = word(random, random.nextInt(2, 4), 3);
        String b = word(random, random.nextInt(1, 4), 3);
        String c = word(random, random.nextInt(1, 3), 3);
        int rounds = random.nextInt(4, 9);
        char counted = (char) ('a' + random.nextInt(3));
        String text = start;
        for (int round = 0; round < rounds; round++) {
            var next = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                next.append(
                        switch (text.charAt(i)) {
                            case 'a' -> a;
                            case 'b' -> b;
                            default -> c;
                        });
            }
            text = next.toString();
        }
        return Problem.of(
                ("Begin with the text \"%s\". In each round, replace every letter at the same time: a becomes \"%s\", b becomes"
                                + " \"%s\" and c becomes \"%s\". How many letters %s does the text have after %s rounds?")
                        .formatted(start, a, b, c, counted, rounds),
                text.chars().filter(letter -> letter == counted).count(),
                """
                        text = "%s"
                        rules = {"a": "%s", "b": "%s", "c": "%s"}
                        for r in range(%s):
                            text = "".join(rules[letter] for letter in text)
                        print(text.count("%s"))""".formatted(start, a, b, c, rounds, counted));
    }

    private static Problem rank(SplittableRandom random) {
        List<Character> letters = new ArrayList<>();
        int count = random.nextInt(5, 8);
        while (letters.size() < count) {
            char letter = (char) ('a' + random.nextInt(LETTERS));
            if (!letters.contains(letter)) {
                letters.add(letter);
            }
        }
        var word = new StringBuilder();
        letters.forEach(word::append);
        List<Character> left = new ArrayList<>(letters);
        Collections.sort(left);
        long rank = 1;
        for (char letter : letters) {
            long rest = 1;
            for (int i = 2; i < left.size(); i++) {
                rest *= i;
            }
            rank += left.indexOf(letter) * rest;
            left.remove((Character) letter);
        }
        return Problem.of(
                ("All arrangements of the letters of \"%s\" are written down in alphabetical order. At which place, counted from"
                                + " 1, stands \"%s\" itself?")
                        .formatted(word, word),
                rank,
                """
                        from itertools import permutations
                        for place, letters in enumerate(permutations(sorted("%s")), 1):
                            if "".join(letters) == "%s":
                                print(place)""".formatted(word, word));
    }

    private static Problem subsequences(SplittableRandom random) {
        String text = word(random, random.nextInt(16, 31), 3);
        String part = word(random, random.nextInt(2, 5), 3);
        BigInteger[] ways = new BigInteger[part.length() + 1];
        java.util.Arrays.fill(ways, BigInteger.ZERO);
        ways[0] = BigInteger.ONE;
        for (int i = 0; i < text.length(); i++) {
            for (int j = part.length(); j > 0; j--) {
                if (text.charAt(i) == part.charAt(j - 1)) {
                    ways[j] = ways[j].add(ways[j - 1]);
                }
            }
        }
        return new Problem(
                "In how many ways can letters of \"%s\" be crossed out so that \"%s\" is left?".formatted(text, part),
                ways[part.length()],
                """
                        text, part = "%s", "%s"
                        ways = [1] + [0] * len(part)
                        for letter in text:
                            for j in range(len(part), 0, -1):
                                if letter == part[j - 1]:
                                    ways[j] += ways[j - 1]
                        print(ways[-1])""".formatted(text, part));
    }

    private static Problem caesar(SplittableRandom random) {
        String word = word(random, random.nextInt(10, 21), LETTERS);
        int first = random.nextInt(1, LETTERS);
        int more = random.nextInt(1, LETTERS);
        long sum = 0;
        for (int i = 0; i < word.length(); i++) {
            int shifted = (word.charAt(i) - 'a' + first + i * more) % LETTERS;
            sum += (long) (i + 1) * (shifted + 1);
        }
        return Problem.of(
                ("Take the word \"%s\". Shift its first letter by %s places in the alphabet, and every further letter by %s places"
                                + " more than the letter before it, going on with a after z. Then a counts 1, b counts 2, up to z,"
                                + " which counts 26. Multiply what each letter counts by its place in the word, counted from 1. What"
                                + " is the sum of these products?")
                        .formatted(word, first, more),
                sum,
                """
                        total = 0
                        for i, letter in enumerate("%s"):
                            shifted = (ord(letter) - 97 + %s + i * %s) %% 26
                            total += (i + 1) * (shifted + 1)
                        print(total)""".formatted(word, first, more));
    }
}
