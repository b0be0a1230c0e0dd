package io.troupe.verifier.logic.zebra;

import java.util.List;

/**
 * The gold of a zebra puzzle.
 *
 * @param answer who it is
 * @param names who it could be
 */
record ZebraGold(String answer, List<String> names) {

    ZebraGold {
        names = List.copyOf(names);
        if (!names.contains(answer)) {
            throw new IllegalArgumentException("the answer must be one of the names");
        }
    }
}
