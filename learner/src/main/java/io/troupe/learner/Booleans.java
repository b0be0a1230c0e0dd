package io.troupe.learner;

import java.util.List;

/** Flags of many tokens. */
final class Booleans {

    private Booleans() {}

    static boolean any(boolean[] flags) {
        for (boolean flag : flags) {
            if (flag) {
                return true;
            }
        }
        return false;
    }

    static boolean[] concatenated(List<boolean[]> parts) {
        var all = new boolean[parts.stream().mapToInt(part -> part.length).sum()];
        int offset = 0;
        for (boolean[] part : parts) {
            System.arraycopy(part, 0, all, offset, part.length);
            offset += part.length;
        }
        return all;
    }
}
