package io.troupe.verifier.logic;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Who is a knight and who is a knave.
 *
 * @param people how many there are
 * @param rank the assignment's place in the order of search, from 0 (all knights) to 2<sup>people</sup> - 1 (all knaves): the first person's role changes
 *     last
 */
record Roles(int people, int rank) {

    Roles {
        if (rank < 0 || rank >= 1 << people) {
            throw new IllegalArgumentException("there is no assignment " + rank + " of " + people + " people");
        }
    }

    /** All assignments, in the order of search. */
    static List<Roles> all(int people) {
        return IntStream.range(0, 1 << people)
                .mapToObj(rank -> new Roles(people, rank))
                .toList();
    }

    /** The assignment with these roles. */
    static Roles of(List<Boolean> knights) {
        int rank = 0;
        for (boolean knight : knights) {
            rank = 2 * rank + (knight ? 0 : 1);
        }
        return new Roles(knights.size(), rank);
    }

    /** Whether a person is a knight. */
    boolean knight(int person) {
        return (rank >> (people - 1 - person) & 1) == 0;
    }
}
