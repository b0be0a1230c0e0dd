package io.troupe.environments.search;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/** Makes up names from syllables, none twice. Not safe for several threads. */
final class Names {

    private static final List<String> ONSETS =
            List.of("b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "t", "v", "z", "br", "dr", "kr", "st");
    private static final List<String> VOWELS = List.of("a", "e", "i", "o", "u");
    private static final List<String> CODAS = List.of("l", "m", "n", "r", "k", "t", "v", "nd", "rk", "lm");
    private static final List<String> FIRST = List.of(
            "Ada", "Anton", "Bela", "Bruno", "Clara", "David", "Ella", "Emil", "Felix", "Greta", "Hugo", "Ida", "Ivan",
            "Jana", "Karl", "Lena", "Luca", "Mara", "Nora", "Oskar", "Paul", "Rosa", "Tom", "Vera");
    private static final List<String> BUSINESS = List.of("Mill", "Bank", "Press", "Motor", "Glass", "Steel");
    private static final List<String> BOOK = List.of("Red", "Blue", "Old", "Last", "Long", "Cold");

    private final SplittableRandom random;
    private final Set<String> taken = new HashSet<>();

    Names(SplittableRandom random) {
        this.random = random;
    }

    Thing thing(int index, Kind kind) {
        String word = word();
        return switch (kind) {
            case PERSON -> named(index, kind, pick(FIRST) + " " + word, word);
            case TOWN -> new Thing(index, kind, word, List.of(word));
            case RIVER -> named(index, kind, "River " + word, word);
            case LAKE -> named(index, kind, "Lake " + word, word);
            case COMPANY -> named(index, kind, word + " " + pick(BUSINESS), word);
            case BOOK -> named(index, kind, "The " + pick(BOOK) + " " + word, word);
            case NUMBER -> throw new IllegalArgumentException("a number has no name");
        };
    }

    private static Thing named(int index, Kind kind, String name, String word) {
        return new Thing(index, kind, name, List.of(name, word));
    }

    // A vowel is never last and no syllable ends in s, so that stemming leaves the words apart.
    private String word() {
        while (true) {
            String word = pick(ONSETS) + pick(VOWELS) + pick(ONSETS) + pick(VOWELS) + pick(CODAS);
            if (taken.add(word)) {
                return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            }
        }
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
