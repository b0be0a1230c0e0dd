package io.troupe.environments.search;

import java.util.List;

/** What there is in the generated world. */
enum Kind {
    PERSON,
    TOWN,
    RIVER,
    LAKE,
    COMPANY,
    BOOK,
    /** A number: no article, no name of its own. */
    NUMBER;

    /** Those with articles, and how many of a hundred articles are theirs. */
    static final List<Kind> NAMED = List.of(PERSON, TOWN, RIVER, LAKE, COMPANY, BOOK);

    int share() {
        return switch (this) {
            case PERSON -> 42;
            case TOWN -> 20;
            case COMPANY, BOOK -> 14;
            case RIVER -> 7;
            case LAKE -> 3;
            case NUMBER -> 0;
        };
    }
}
