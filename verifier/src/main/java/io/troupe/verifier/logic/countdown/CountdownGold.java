package io.troupe.verifier.logic.countdown;

import java.util.List;

/**
 * The gold of a countdown.
 *
 * @param numbers the numbers that must all be used, each exactly once
 * @param target what they must make
 * @param solution one way to make it
 */
record CountdownGold(List<Integer> numbers, int target, String solution) {

    CountdownGold {
        numbers = List.copyOf(numbers);
        if (numbers.isEmpty() || numbers.stream().anyMatch(number -> number < 1) || solution == null) {
            throw new IllegalArgumentException("the numbers must be at least 1, and there must be a solution");
        }
    }
}
