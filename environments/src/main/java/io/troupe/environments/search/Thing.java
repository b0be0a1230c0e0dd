package io.troupe.environments.search;

import java.util.List;

/**
 * Something in the generated world, or a number.
 *
 * @param index its place in the world; -1 for a number
 * @param kind what it is
 * @param name what it is called
 * @param spellings the answers that mean it, its name first
 */
record Thing(int index, Kind kind, String name, List<String> spellings) {
    Thing {
        spellings = List.copyOf(spellings);
    }

    static Thing number(int value) {
        String digits = Integer.toString(value);
        return new Thing(-1, Kind.NUMBER, digits, List.of(digits));
    }
}
