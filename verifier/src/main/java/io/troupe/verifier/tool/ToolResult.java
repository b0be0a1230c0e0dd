package io.troupe.verifier.tool;

/**
 * What a tool says.
 *
 * @param text for the policy to read
 * @param error whether the call went wrong, by the policy's doing
 */
public record ToolResult(String text, boolean error) {

    /** A result. */
    public static ToolResult of(String text) {
        return new ToolResult(text, false);
    }

    /** A call that went wrong by the policy's doing: a reason in a few words, without a prefix. */
    public static ToolResult error(String reason) {
        return new ToolResult(reason, true);
    }
}
