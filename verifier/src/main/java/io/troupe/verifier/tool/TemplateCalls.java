package io.troupe.verifier.tool;

import io.troupe.verifier.Fuel;
import java.util.List;

/**
 * For policies whose chat template describes the tools. Calls are read as {@link HermesCalls} reads them; a turn without {@code <tool_call>} that is JSON as a
 * whole, be it behind {@code [TOOL_CALLS]} (Mistral) or {@code <|python_tag|>} (Llama 3), is a call or several as well.
 */
final class TemplateCalls implements ToolCallFormat {

    private static final String TAG = "<tool_call>";
    private static final List<String> PREFIXES = List.of("[TOOL_CALLS]", "<|python_tag|>");

    private final HermesCalls hermes = new HermesCalls();

    @Override
    public String describe(List<ToolSpec> tools) {
        return "";
    }

    @Override
    public List<String> forTemplate(List<ToolSpec> tools) {
        return tools.stream().map(HermesCalls::function).toList();
    }

    @Override
    public ParsedTurn parse(String turn, List<ToolSpec> tools, Fuel fuel) {
        String json = turn.strip();
        boolean marked = false;
        for (String prefix : PREFIXES) {
            if (json.startsWith(prefix)) {
                json = json.substring(prefix.length()).strip();
                marked = true;
            }
        }
        boolean bare = !turn.contains(TAG) && (json.startsWith("{") || json.startsWith("["));
        if (!bare) {
            return hermes.parse(turn, tools, fuel);
        }
        ParsedTurn parsed = hermes.parse(TAG + json, tools, fuel);
        boolean isCalls = parsed.calls().stream().allMatch(CallAttempt.Call.class::isInstance);
        return marked || isCalls ? parsed : new ParsedTurn(List.of(), turn);
    }

    @Override
    public String write(ToolSpec tool, CallAttempt.Call call) {
        return hermes.write(tool, call);
    }
}
