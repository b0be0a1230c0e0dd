package io.troupe.verifier.tool;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a policy can call. Used by one thread at a time. What the policy did wrong is a {@link ToolResult#error} that it sees and can react to; an
 * exception means that the tool itself failed, and the episode is not rewarded.
 */
public interface Tool {

    /** What the policy is told about the tool. */
    ToolSpec spec();

    /**
     * Runs the tool.
     *
     * @param arguments by name, as {@link String}, {@link Number}, {@link Boolean}, {@link java.util.List}, {@link Map} or null; they fit the schema of the
     *     {@link ToolSpec}
     * @param deadline how long the call may take; a tool that waits for others gives up after it by an exception, one that only computes counts {@link
     *     io.troupe.verifier.Fuel} instead
     * @return what the policy is to see
     */
    ToolResult call(Map<String, @Nullable Object> arguments, Duration deadline);
}
