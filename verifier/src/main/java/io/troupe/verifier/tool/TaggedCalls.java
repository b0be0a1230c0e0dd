package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tag of each tool's own: {@code <search>who wrote it</search>}. A tool whose only argument is a text takes what stands between the tags as that text;
 * any other takes a JSON object.
 */
final class TaggedCalls implements ToolCallFormat {

    @Override
    public String describe(List<ToolSpec> tools) {
        var text = new StringBuilder("Tools:");
        for (ToolSpec tool : tools) {
            Optional<String> only =
                    ArgumentSchema.parse(tool.name(), tool.schema()).onlyText();
            text.append("\n<").append(tool.name()).append('>');
            text.append(only.map(name -> " " + name + " ").orElse(" {JSON} "));
            text.append("</").append(tool.name()).append(">: ").append(tool.description());
            if (only.isEmpty()) {
                text.append(" JSON: ").append(tool.schema());
            }
        }
        return text.toString();
    }

    @Override
    public ParsedTurn parse(String turn, List<ToolSpec> tools, Fuel fuel) {
        fuel.spend(turn.length());
        List<CallAttempt> calls = new ArrayList<>();
        Set<String> unclosed = new HashSet<>();
        var rest = new StringBuilder();
        int at = 0;
        for (int tag = turn.indexOf('<'); tag >= 0; tag = turn.indexOf('<', Math.max(at, tag + 1))) {
            ToolSpec tool = opened(turn, tag, tools, fuel);
            if (tool == null || unclosed.contains(tool.name())) {
                continue;
            }
            String open = "<" + tool.name() + ">";
            int end = turn.indexOf("</" + tool.name() + ">", tag + open.length());
            if (end < 0) {
                unclosed.add(tool.name());
                calls.add(new CallAttempt.Malformed(open + " without </" + tool.name() + ">"));
                continue;
            }
            int start = turn.lastIndexOf(open, end) + open.length();
            rest.append(turn, at, tag);
            calls.add(read(tool, turn.substring(start, end).strip()));
            at = end + open.length() + 1;
        }
        rest.append(turn, at, turn.length());
        return new ParsedTurn(calls, rest.toString());
    }

    @Override
    public String write(ToolSpec tool, CallAttempt.Call call) {
        ObjectNode arguments = LenientJson.tree(call.arguments());
        String content = ArgumentSchema.parse(tool.name(), tool.schema())
                .onlyText()
                .map(name -> arguments.path(name).asText())
                .orElseGet(() -> SpacedJson.write(arguments));
        return "<" + tool.name() + ">" + content + "</" + tool.name() + ">";
    }

    private static @Nullable ToolSpec opened(String turn, int tag, List<ToolSpec> tools, Fuel fuel) {
        fuel.spend(tools.size());
        for (ToolSpec tool : tools) {
            int end = tag + 1 + tool.name().length();
            if (turn.startsWith(tool.name(), tag + 1) && end < turn.length() && turn.charAt(end) == '>') {
                return tool;
            }
        }
        return null;
    }

    private static CallAttempt read(ToolSpec tool, String content) {
        Optional<String> only = ArgumentSchema.parse(tool.name(), tool.schema()).onlyText();
        if (only.isPresent()) {
            return CallAttempt.Call.of(tool.name(), LenientJson.object().put(only.get(), content));
        }
        try {
            JsonNode value = content.isEmpty() ? LenientJson.object() : LenientJson.read(content);
            return value instanceof ObjectNode object
                    ? CallAttempt.Call.of(tool.name(), object)
                    : new CallAttempt.Malformed("<" + tool.name() + "> takes a JSON object");
        } catch (LenientJson.Refused e) {
            return new CallAttempt.Malformed("<" + tool.name() + "> takes a JSON object: " + e.getMessage());
        }
    }
}
