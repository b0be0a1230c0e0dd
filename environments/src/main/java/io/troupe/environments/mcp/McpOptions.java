package io.troupe.environments.mcp;

import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.tool.ToolFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code agent/mcp}.
 *
 * @param command the program of a server that speaks over standard input and output, and its arguments; empty for one over HTTP
 * @param env environment variables of that program, besides {@code PATH} and a few others
 * @param url the address of a server over HTTP, such as {@code http://127.0.0.1:8000/mcp}
 * @param questions a file of JSON lines, each with a question and its answer
 * @param grader who judges the answers
 * @param profile the grader's profile; null for its default
 * @param instruction what the policy is told before the list of tools
 * @param toolFormat how calls are written
 * @param tools the names of the tools that may be used; empty for all
 * @param maxTurns the most turns of an episode
 * @param maxCalls the most calls of an episode
 * @param maxOutput the most characters of a result that the policy sees
 * @param timeoutSeconds how long a call, or the start of the server, may take
 * @param freshServer a server of its own for every episode; else all episodes of a process share one
 */
public record McpOptions(
        @OptionDefault("[]") List<String> command,
        @OptionDefault("{}") Map<String, String> env,
        @Nullable String url,
        @Nullable String questions,
        @OptionDefault("qa") String grader,
        @Nullable String profile,

        @OptionDefault("Use the tools where they help, then give the answer inside <answer> </answer>.")
        String instruction,

        @OptionDefault("hermes") ToolFormat toolFormat,
        @OptionDefault("[]") List<String> tools,
        @OptionDefault("8") int maxTurns,
        @OptionDefault("16") int maxCalls,
        @OptionDefault("4000") int maxOutput,
        @OptionDefault("8") double timeoutSeconds,
        @OptionDefault("false") boolean freshServer) {

    public McpOptions {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        tools = List.copyOf(tools);
        requireThat(maxTurns >= 1, "max-turns must be >= 1, not " + maxTurns);
        requireThat(maxCalls >= 0, "max-calls must be >= 0, not " + maxCalls);
        requireThat(maxOutput >= 1, "max-output must be >= 1, not " + maxOutput);
        requireThat(
                timeoutSeconds > 0 && timeoutSeconds <= 3_600,
                "timeout-seconds must be above 0 and at most 3600, not " + timeoutSeconds);
    }

    /** How long a call, or the start of the server, may take. */
    Duration timeout() {
        return Duration.ofMillis(Math.max(1, (long) (timeoutSeconds * 1_000)));
    }

    /** The server, for messages. */
    String server() {
        return "the MCP server " + (command.isEmpty() ? url : String.join(" ", command));
    }

    /** Refuses what would leave a run without server or questions. */
    void requireComplete() {
        requireThat(
                command.isEmpty() != (url == null),
                "agent/mcp needs one server: either command = [PROGRAM, ARGUMENT, …] or url = http://…");
        requireThat(questions != null, "questions is missing: a file of JSON lines with question and answer");
    }

    private static void requireThat(boolean holds, String otherwise) {
        if (!holds) {
            throw new OptionsException(otherwise);
        }
    }
}
