package io.troupe.environments.search;

import io.troupe.verifier.Fuel;
import java.util.List;

/**
 * Whether an episode follows Search-R1's format: think, search, information, think, … and at last an answer. Text stands only inside a tag; between tags there
 * is white space; every tag is closed before the next opens. Linear. Pure functions, safe for any thread.
 */
final class TagSequence {

    private static final List<String> TAGS = List.of("think", "search", "information", "answer");

    private TagSequence() {}

    /**
     * Checks an episode.
     *
     * @param transcript the policy's turns and the observations, in order
     * @param fuel pays for the characters
     */
    static boolean isValid(String transcript, Fuel fuel) {
        fuel.spend(transcript.length() + 1L);
        String last = "";
        int at = skipBlank(transcript, 0);
        while (at < transcript.length()) {
            String tag = tagAt(transcript, at);
            if (tag.isEmpty() || !mayFollow(last, tag)) {
                return false;
            }
            int inside = at + tag.length() + 2;
            int end = inside;
            while (end < transcript.length() && !isTag(transcript, end)) {
                end++;
            }
            if (!transcript.startsWith("</" + tag + ">", end)) {
                return false;
            }
            last = tag;
            at = skipBlank(transcript, end + tag.length() + 3);
        }
        return last.equals("answer");
    }

    private static boolean mayFollow(String last, String tag) {
        return switch (tag) {
            case "think" -> last.isEmpty() || last.equals("information");
            case "search", "answer" -> last.equals("think");
            case "information" -> last.equals("search");
            default -> false;
        };
    }

    private static boolean isTag(String text, int at) {
        return text.charAt(at) == '<'
                && (!tagAt(text, at).isEmpty() || TAGS.stream().anyMatch(tag -> text.startsWith("</" + tag + ">", at)));
    }

    private static String tagAt(String text, int at) {
        return TAGS.stream()
                .filter(tag -> text.startsWith("<" + tag + ">", at))
                .findFirst()
                .orElse("");
    }

    private static int skipBlank(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
