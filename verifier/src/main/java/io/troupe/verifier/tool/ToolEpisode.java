package io.troupe.verifier.tool;

import io.troupe.verifier.Message;
import io.troupe.verifier.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished episode with tools, as a rubric sees it.
 *
 * @param task what was asked
 * @param conversation the opening, the policy's turns and the observations
 * @param answer what stood in the {@code <answer>} block; null if there was none
 * @param turns how many turns the policy took
 * @param calls how many calls reached a tool
 * @param errors how many of those the tool answered with an error
 * @param invalid how many calls reached no tool: unreadable, of an unknown tool, with bad arguments, or one too many
 */
public record ToolEpisode(
        Task task, List<Message> conversation, @Nullable String answer, int turns, int calls, int errors, int invalid) {
    public ToolEpisode {
        conversation = List.copyOf(conversation);
    }
}
