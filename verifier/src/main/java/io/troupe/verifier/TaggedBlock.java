package io.troupe.verifier;

import org.jspecify.annotations.Nullable;

/** Finds {@code <tag>…</tag>} in a policy's words by plain search, linear in the text. Pure functions, safe for any thread. */
public final class TaggedBlock {

    private TaggedBlock() {}

    /**
     * The last complete block of a tag: the last closing tag that has an opening one before it, and the last such opening one.
     *
     * @param text the policy's words
     * @param tag the tag's name, such as {@code answer}
     * @param fuel pays for the characters looked at
     * @return what stands in the block, without white space at its ends; null if there is no complete block
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    public static @Nullable String last(String text, String tag, Fuel fuel) {
        fuel.spend(text.length());
        String open = "<" + tag + ">";
        int end = text.lastIndexOf("</" + tag + ">");
        if (end < open.length()) {
            return null;
        }
        int start = text.lastIndexOf(open, end - open.length());
        return start < 0 ? null : text.substring(start + open.length(), end).strip();
    }

    /**
     * Counts a word in a text, without overlaps.
     *
     * @param text the text
     * @param word the word, not empty
     * @return how often it occurs
     */
    public static int count(String text, String word) {
        int count = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length())) {
            count++;
        }
        return count;
    }
}
