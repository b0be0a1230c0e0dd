package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;

/**
 * The format that the Hermes and Qwen models were trained on: JSON between {@code <tool_call>} and {@code </tool_call>}, the tools listed in the system
 * prompt as function schemas between {@code <tools>} tags. Tolerant where the meaning is clear: a block may hold several calls or an array of them, stand in
 * a Markdown fence, lack its closing tag at the end of the turn, spell {@code arguments} as {@code parameters}, or give them as a string of JSON.
 */
final class HermesCalls implements ToolCallFormat {

    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";
    private static final String FENCE = "```";

    @Override
    public String describe(List<ToolSpec> tools) {
        var text = new StringBuilder("# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
                + "You are provided with function signatures within <tools></tools> XML tags:\n<tools>");
        for (ToolSpec tool : tools) {
            text.append('\n').append(function(tool));
        }
        return text.append("\n</tools>\n\nFor each function call, return a json object with function name and arguments"
                        + " within <tool_call></tool_call> XML tags:\n<tool_call>\n"
                        + "{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>")
                .toString();
    }

    /** A tool as chat templates take it. */
    static String function(ToolSpec tool) {
        ObjectNode function = LenientJson.object();
        function.put("type", "function");
        ObjectNode about = function.putObject("function");
        about.put("name", tool.name());
        about.put("description", tool.description());
        about.set("parameters", ArgumentSchema.parse(tool.name(), tool.schema()).json());
        return SpacedJson.write(function);
    }

    @Override
    public ParsedTurn parse(String turn, List<ToolSpec> tools, Fuel fuel) {
        fuel.spend(turn.length());
        List<CallAttempt> calls = new ArrayList<>();
        var rest = new StringBuilder();
        int at = 0;
        int open = turn.indexOf(OPEN);
        while (open >= 0) {
            rest.append(turn, at, open);
            int start = open + OPEN.length();
            int next = turn.indexOf(OPEN, start);
            int limit = next < 0 ? turn.length() : next;
            int close = turn.substring(start, limit).indexOf(CLOSE);
            int end = close < 0 ? limit : start + close;
            read(turn.substring(start, end), calls);
            at = close < 0 ? limit : end + CLOSE.length();
            open = next;
        }
        rest.append(turn, at, turn.length());
        return new ParsedTurn(calls, rest.toString());
    }

    @Override
    public String write(ToolSpec tool, CallAttempt.Call call) {
        ObjectNode json = LenientJson.object();
        json.put("name", call.name());
        json.set("arguments", LenientJson.tree(call.arguments()));
        return OPEN + "\n" + SpacedJson.write(json) + "\n" + CLOSE;
    }

    private static void read(String block, List<CallAttempt> calls) {
        try {
            List<JsonNode> values = LenientJson.readAll(withoutFence(block));
            if (values.isEmpty()) {
                calls.add(malformed("it is empty"));
            }
            for (JsonNode value : values) {
                if (value instanceof ArrayNode several) {
                    several.forEach(each -> calls.add(call(each)));
                } else {
                    calls.add(call(value));
                }
            }
        } catch (LenientJson.Refused e) {
            calls.add(malformed(String.valueOf(e.getMessage())));
        }
    }

    private static CallAttempt call(JsonNode value) {
        JsonNode name = value.path("name");
        if (!value.isObject() || !name.isTextual()) {
            return malformed("it has no \"name\"");
        }
        JsonNode arguments = value.has("arguments") ? value.path("arguments") : value.path("parameters");
        if (arguments.isMissingNode() || arguments.isNull()) {
            return CallAttempt.Call.of(name.asText(), LenientJson.object());
        }
        if (arguments.isTextual()) {
            try {
                arguments = LenientJson.read(arguments.asText());
            } catch (LenientJson.Refused e) {
                return malformed("its \"arguments\" are no JSON: " + e.getMessage());
            }
        }
        return arguments instanceof ObjectNode object
                ? CallAttempt.Call.of(name.asText(), object)
                : malformed("its \"arguments\" are no object");
    }

    private static CallAttempt malformed(String problem) {
        return new CallAttempt.Malformed(
                "the tool call could not be read: " + problem + "; write {\"name\": …, \"arguments\": {…}}");
    }

    private static String withoutFence(String block) {
        String text = block.strip();
        if (!text.startsWith(FENCE)) {
            return text;
        }
        int line = text.indexOf('\n');
        int end = text.endsWith(FENCE) ? text.length() - FENCE.length() : text.length();
        return line < 0 || line >= end ? text : text.substring(line + 1, end);
    }
}
