package io.troupe.environments.search;

import io.troupe.verifier.Fuel;
import org.jspecify.annotations.Nullable;

/**
 * What a turn asks for, as Search-R1 reads it.
 *
 * @param kind what
 * @param content what stands between the tags, without white space at its ends; empty for an invalid turn
 * @param turn the turn up to the end of the action; what follows is not looked at
 */
record SearchAction(Kind kind, String content, String turn) {

    enum Kind {
        SEARCH("search"),
        ANSWER("answer"),
        INVALID("");

        private final String tag;

        Kind(String tag) {
            this.tag = tag;
        }

        String open() {
            return "<" + tag + ">";
        }

        String close() {
            return "</" + tag + ">";
        }
    }

    /**
     * Reads a turn in linear time: it is cut after the first {@code </search>}, or else the first {@code </answer>}; the first block of either kind that is
     * closed is the action.
     */
    static SearchAction of(String turn, Fuel fuel) {
        fuel.spend(turn.length());
        String cut = cut(turn);
        int search = cut.indexOf(Kind.SEARCH.open());
        int answer = cut.indexOf(Kind.ANSWER.open());
        SearchAction asked = closed(Kind.SEARCH, search, cut);
        SearchAction answered = closed(Kind.ANSWER, answer, cut);
        if (asked != null && (answered == null || search < answer)) {
            return asked;
        }
        return answered == null ? new SearchAction(Kind.INVALID, "", cut) : answered;
    }

    private static @Nullable SearchAction closed(Kind kind, int open, String turn) {
        int start = open + kind.open().length();
        int end = open < 0 ? -1 : turn.indexOf(kind.close(), start);
        return end < 0
                ? null
                : new SearchAction(kind, turn.substring(start, end).strip(), turn);
    }

    private static String cut(String turn) {
        for (Kind kind : new Kind[] {Kind.SEARCH, Kind.ANSWER}) {
            int end = turn.indexOf(kind.close());
            if (end >= 0) {
                return turn.substring(0, end + kind.close().length());
            }
        }
        return turn;
    }
}
