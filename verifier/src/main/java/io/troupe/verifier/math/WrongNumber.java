package io.troupe.verifier.math;

import java.math.BigInteger;
import java.util.Optional;
import java.util.SplittableRandom;

/** Guesses that are plausible and wrong. Pure functions, safe for any thread. */
public final class WrongNumber {

    private static final int TRIES = 1_000;

    private WrongNumber() {}

    /**
     * The value of some other expression of the same shape: plausible, and nothing that could be worked out from the question.
     *
     * @param shape what the expressions look like
     * @param gold the right number
     * @param random where to draw from
     * @return a number that is not the right one
     * @throws IllegalStateException if the shape has hardly any other value
     */
    public static BigInteger like(ExpressionShape shape, String gold, SplittableRandom random) {
        var right = new BigInteger(gold);
        for (int i = 0; i < TRIES; i++) {
            Optional<BigInteger> guess = shape.draw(random).map(ExpressionShape.Drawn::value);
            if (guess.isPresent() && !guess.get().equals(right)) {
                return guess.get();
            }
        }
        throw new IllegalStateException("no value other than " + gold + " in " + TRIES + " tries of " + shape);
    }
}
