package io.troupe.verifier.tool;

import java.time.Duration;

/**
 * What a tool may take and say.
 *
 * @param deadline how long a call may take
 * @param maxOutput the most characters of a result that the policy sees, at least 1
 * @param cut what is left out of a longer one
 */
public record ToolLimits(Duration deadline, int maxOutput, Cut cut) {

    /** Which part of a text that is too long is left out. */
    public enum Cut {
        /** The end: the beginning is kept. */
        END,
        /** The beginning: the end is kept, as of an error message's stack trace. */
        START,
        /** The middle: beginning and end are kept. */
        MIDDLE
    }

    private static final String MARK = "…";

    public ToolLimits {
        if (maxOutput < 1 || deadline.isZero() || deadline.isNegative()) {
            throw new IllegalArgumentException(
                    "a tool needs a positive deadline and output, not " + deadline + " and " + maxOutput);
        }
    }

    /**
     * A text as the policy sees it.
     *
     * @param text what a tool said
     * @return the text, or what is kept of it with an ellipsis in the place of the rest
     */
    public String shorten(String text) {
        if (text.length() <= maxOutput) {
            return text;
        }
        return switch (cut) {
            case END -> head(text, maxOutput) + MARK;
            case START -> MARK + tail(text, maxOutput);
            case MIDDLE -> head(text, maxOutput - maxOutput / 2) + MARK + tail(text, maxOutput / 2);
        };
    }

    // A pair of surrogates is one character: it is kept or left out, never cut in two.
    private static String head(String text, int length) {
        boolean splits = length > 0
                && length < text.length()
                && Character.isHighSurrogate(text.charAt(length - 1))
                && Character.isLowSurrogate(text.charAt(length));
        return text.substring(0, splits ? length - 1 : length);
    }

    private static String tail(String text, int length) {
        int from = text.length() - length;
        boolean splits = from > 0
                && from < text.length()
                && Character.isLowSurrogate(text.charAt(from))
                && Character.isHighSurrogate(text.charAt(from - 1));
        return text.substring(splits ? from + 1 : from);
    }
}
