package io.troupe.verifier.agent.python;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A question, the number that answers it as Java worked it out, and a Python program that prints it.
 *
 * @param question what is asked, in words
 * @param answer the number
 * @param program a program that finds it
 */
record Problem(String question, BigInteger answer, String program) {

    /** Makes problems of one kind. */
    @FunctionalInterface
    interface Kind {
        /** A problem of this kind; any draw gives one. */
        Problem draw(SplittableRandom random);
    }

    private static final List<List<Kind>> KINDS = List.of(
            StoryProblems.KINDS, RangeProblems.KINDS, NumberProblems.KINDS, TextProblems.KINDS, ProcessProblems.KINDS);

    static Problem of(String question, long answer, String program) {
        return new Problem(question, BigInteger.valueOf(answer), program);
    }

    static Problem draw(int level, SplittableRandom random) {
        List<Kind> kinds = KINDS.get(level - 1);
        return kinds.get(random.nextInt(kinds.size())).draw(random);
    }
}
