package io.troupe.verifier.math.answer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whole numbers in English words: "seven", "forty two", "one hundred and five", "three thousand". Pure functions, safe for any thread. */
final class NumberWords {

    private static final List<String> UNITS = List.of(
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen");
    private static final List<String> TENS =
            List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
    private static final List<String> SCALES = List.of("", "thousand", "million", "billion");
    private static final int MAX_WORDS = 20;

    private final String[] words;
    private int at;

    private NumberWords(String[] words) {
        this.words = words;
    }

    /**
     * The number that words name.
     *
     * @param text lower-case words with one blank between them
     * @return the number, or null if the words are no number, or more than one
     */
    static @Nullable Long value(String text) {
        String[] words = text.split(" ", -1);
        if (words.length > MAX_WORDS) {
            return null;
        }
        var reader = new NumberWords(words);
        long total = 0;
        for (int scale = SCALES.size() - 1; scale >= 0; scale--) {
            int mark = reader.at;
            Integer hundreds = reader.belowThousand();
            boolean here = hundreds != null && (scale == 0 || reader.takes(SCALES.get(scale)));
            if (here) {
                total += hundreds * pow1000(scale);
            } else {
                reader.at = mark;
            }
        }
        return reader.at == words.length && reader.at > 0 ? total : null;
    }

    private static long pow1000(int scale) {
        return scale == 0 ? 1 : 1000 * pow1000(scale - 1);
    }

    private @Nullable Integer belowThousand() {
        int mark = at;
        if (at > 0) {
            takes("and");
        }
        if (takes("hundred")) {
            return 100;
        }
        Integer value = belowHundred();
        if (value == null) {
            at = mark;
            return null;
        }
        if (value == 0 || value > 99 || !takes("hundred")) {
            return value;
        }
        int joined = at;
        takes("and");
        Integer rest = belowHundred();
        if (rest == null) {
            at = joined;
            return 100 * value;
        }
        return 100 * value + rest;
    }

    private @Nullable Integer belowHundred() {
        if (at == words.length) {
            return null;
        }
        int unit = UNITS.indexOf(words[at]);
        if (unit >= 0) {
            at++;
            return unit;
        }
        int ten = TENS.indexOf(words[at]);
        if (ten < 2) {
            return null;
        }
        at++;
        int next = at < words.length ? UNITS.indexOf(words[at]) : -1;
        boolean joined = next >= 1 && next <= 9;
        at += joined ? 1 : 0;
        return 10 * ten + (joined ? next : 0);
    }

    private boolean takes(String word) {
        boolean here = at < words.length && words[at].equals(word);
        at += here ? 1 : 0;
        return here;
    }
}
