package io.troupe.verifier.logic.syllogism;

import io.troupe.verifier.logic.syllogism.Categorical.Quantifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Premises that link kinds in a chain, and a conclusion about its ends. Immutable.
 *
 * @param kinds how many kinds there are
 * @param premises the premises
 * @param conclusion the conclusion
 * @param valid whether it follows
 */
record Argument(int kinds, List<Categorical> premises, Categorical conclusion, boolean valid) {

    private static final int MOST_KINDS = 6;
    private static final int TRIES = 20_000;

    private static final List<List<int[]>> NUMBERINGS =
            IntStream.rangeClosed(0, MOST_KINDS).mapToObj(Argument::numberings).toList();

    Argument {
        premises = List.copyOf(premises);
    }

    /** Tries to draw an argument, valid or not with the same chance. */
    static Optional<Argument> draw(int kinds, SplittableRandom random) {
        boolean valid = random.nextBoolean();
        for (int i = 0; i < TRIES; i++) {
            List<Categorical> premises = new ArrayList<>();
            for (int link = 0; link + 1 < kinds; link++) {
                premises.add(drawn(link, link + 1, kinds > 3 && random.nextBoolean(), random));
            }
            Categorical conclusion = drawn(0, kinds - 1, /* all= */ false, random);
            var reasoner = new Reasoner(kinds, premises);
            if (reasoner.consistent() && reasoner.follows(conclusion) == valid) {
                Collections.shuffle(premises, new Random(random.nextLong()));
                return Optional.of(new Argument(kinds, premises, conclusion, valid));
            }
        }
        return Optional.empty();
    }

    /** A statement; "all" is drawn more often for long chains, few of which would be valid otherwise. */
    private static Categorical drawn(int one, int other, boolean all, SplittableRandom random) {
        Quantifier[] quantifiers = Quantifier.values();
        Quantifier quantifier = all ? Quantifier.ALL : quantifiers[random.nextInt(quantifiers.length)];
        return random.nextBoolean() ? new Categorical(quantifier, one, other) : new Categorical(quantifier, other, one);
    }

    Reasoner reasoner() {
        return new Reasoner(kinds, premises);
    }

    /** The statements' codes, the premises in order of size, whichever numbering of the kinds makes them smallest. */
    String key() {
        int[] best = null;
        for (int[] numbers : NUMBERINGS.get(kinds)) {
            int[] codes = IntStream.concat(
                            IntStream.of(conclusion.code(numbers)),
                            premises.stream()
                                    .mapToInt(premise -> premise.code(numbers))
                                    .sorted())
                    .toArray();
            if (best == null || Arrays.compare(codes, best) < 0) {
                best = codes;
            }
        }
        return kinds + ":" + Arrays.stream(best).mapToObj(Integer::toHexString).collect(Collectors.joining(","));
    }

    private static List<int[]> numberings(int kinds) {
        List<int[]> all = new ArrayList<>(List.of(new int[0]));
        for (int length = 0; length < kinds; length++) {
            List<int[]> longer = new ArrayList<>();
            for (int[] start : all) {
                for (int next = 0; next < kinds; next++) {
                    int number = next;
                    if (Arrays.stream(start).noneMatch(used -> used == number)) {
                        int[] extended = Arrays.copyOf(start, length + 1);
                        extended[length] = next;
                        longer.add(extended);
                    }
                }
            }
            all = longer;
        }
        return all;
    }
}
