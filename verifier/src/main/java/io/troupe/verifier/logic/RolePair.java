package io.troupe.verifier.logic;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What those who always tell the truth and those who always lie are called: the seven pairs of mem-kk.
 *
 * @param truthful one who tells the truth, with the article: {@code a knight}
 * @param lying one who lies, with the article: {@code a knave}
 */
record RolePair(String truthful, String lying) {

    static final RolePair KNIGHTS_AND_KNAVES = new RolePair("a knight", "a knave");

    /** The pairs that stand in for knights and knaves. */
    static final List<RolePair> OTHERS = List.of(
            new RolePair("a pioneer", "a laggard"),
            new RolePair("a saint", "a sinner"),
            new RolePair("a hero", "a villain"),
            new RolePair("an angel", "a devil"),
            new RolePair("an altruist", "an egoist"),
            new RolePair("a sage", "a fool"));

    /** The pair in which all of these words are roles; empty if there is none. */
    static Optional<RolePair> having(Collection<String> words) {
        if (words.stream().allMatch(KNIGHTS_AND_KNAVES::names)) {
            return Optional.of(KNIGHTS_AND_KNAVES);
        }
        return OTHERS.stream()
                .filter(pair -> words.stream().allMatch(pair::names))
                .findFirst();
    }

    /** The role of a person, with the article. */
    String phrase(boolean knight) {
        return knight ? truthful : lying;
    }

    /** The role of a person. */
    String word(boolean knight) {
        String phrase = phrase(knight);
        return phrase.substring(phrase.indexOf(' ') + 1);
    }

    /** The roles exchanged: who was called a knight is called a knave. */
    RolePair flipped() {
        return new RolePair(/* truthful= */ lying, /* lying= */ truthful);
    }

    boolean names(String word) {
        return word.equals(word(true)) || word.equals(word(false));
    }

    /** A regular expression for the article. */
    String article() {
        if (truthful.startsWith("a ") && lying.startsWith("a ")) {
            return "a";
        }
        return truthful.startsWith("an ") && lying.startsWith("an ") ? "an" : "an?";
    }

    /** {@code knights and knaves}. */
    String plurals() {
        return plural(true) + " and " + plural(false);
    }

    /** {@code Knights always tell the truth, and knaves always lie.} */
    String rule() {
        String first = plural(true);
        String capitalized = first.substring(0, 1).toUpperCase(Locale.ROOT) + first.substring(1);
        return capitalized + " always tell the truth, and " + plural(false) + " always lie.";
    }

    private String plural(boolean knight) {
        String word = word(knight);
        return word + (word.endsWith("o") ? "es" : "s");
    }
}
