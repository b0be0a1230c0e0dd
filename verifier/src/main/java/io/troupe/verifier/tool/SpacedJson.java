package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * JSON on one line with a space after each comma and colon: as chat templates print it, and so as the models have seen it. Recursion is no deeper than {@link
 * LenientJson} lets a value be.
 */
final class SpacedJson {

    private SpacedJson() {}

    static String write(JsonNode value) {
        var text = new StringBuilder();
        append(value, text);
        return text.toString();
    }

    private static void append(JsonNode value, StringBuilder text) {
        String separator = "";
        if (value instanceof ObjectNode object) {
            text.append('{');
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                text.append(separator)
                        .append(LenientJson.quoted(field.getKey()))
                        .append(": ");
                append(field.getValue(), text);
                separator = ", ";
            }
            text.append('}');
        } else if (value instanceof ArrayNode array) {
            text.append('[');
            for (JsonNode element : array) {
                text.append(separator);
                append(element, text);
                separator = ", ";
            }
            text.append(']');
        } else {
            text.append(value);
        }
    }
}
