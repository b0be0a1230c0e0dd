package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of JSON Schema that tells a policy at once what is wrong with its arguments: which are required, which there are, their types and their listed
 * values. What is nested deeper is the tool's own to judge. Immutable, safe for any thread.
 */
final class ArgumentSchema {

    private final ObjectNode schema;

    private ArgumentSchema(ObjectNode schema) {
        this.schema = schema;
    }

    /** Reads a schema; refuses what is no JSON object. */
    static ArgumentSchema parse(String tool, String schema) {
        try {
            if (LenientJson.read(schema) instanceof ObjectNode object) {
                return new ArgumentSchema(object);
            }
            throw new IllegalArgumentException("the schema of the tool " + tool + " is no JSON object: " + schema);
        } catch (LenientJson.Refused e) {
            throw new IllegalArgumentException("the schema of the tool " + tool + " is no JSON: " + e.getMessage(), e);
        }
    }

    ObjectNode json() {
        return schema;
    }

    /** The argument's name if there is exactly one and it is a text. */
    Optional<String> onlyText() {
        JsonNode properties = schema.path("properties");
        if (properties.size() != 1) {
            return Optional.empty();
        }
        Map.Entry<String, JsonNode> only = properties.properties().iterator().next();
        return "string".equals(only.getValue().path("type").asText()) ? Optional.of(only.getKey()) : Optional.empty();
    }

    /** What is wrong with arguments, for the policy; null if nothing is. */
    @Nullable
    String problem(ObjectNode arguments) {
        for (JsonNode required : schema.path("required")) {
            if (!arguments.has(required.asText())) {
                return "the argument '" + required.asText() + "' is missing" + known();
            }
        }
        JsonNode properties = schema.path("properties");
        boolean closed = schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").asBoolean();
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            JsonNode property = properties.get(argument.getKey());
            if (property == null) {
                if (closed) {
                    return "there is no argument '" + shown(argument.getKey()) + "'" + known();
                }
                continue;
            }
            String problem = problem(argument.getValue(), property);
            if (problem != null) {
                return "the argument '" + argument.getKey() + "' must be " + problem;
            }
        }
        return null;
    }

    private String known() {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names.isEmpty() ? "" : "; arguments: " + String.join(", ", names);
    }

    private static @Nullable String problem(JsonNode value, JsonNode property) {
        List<String> types = new ArrayList<>();
        JsonNode type = property.path("type");
        if (type.isTextual()) {
            types.add(type.asText());
        } else {
            type.forEach(each -> types.add(each.asText()));
        }
        if (!types.isEmpty() && types.stream().noneMatch(each -> is(value, each))) {
            return "of the type " + String.join(" or ", types);
        }
        JsonNode listed = property.path("enum");
        if (listed.isArray() && !contains(listed, value)) {
            return "one of " + listed;
        }
        return null;
    }

    private static boolean contains(JsonNode listed, JsonNode value) {
        for (JsonNode each : listed) {
            if (each.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber() || (value.isFloatingPointNumber() && isWhole(value.asDouble()));
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            case "null" -> value.isNull();
            default -> true;
        };
    }

    private static boolean isWhole(double value) {
        return value == Math.rint(value) && !Double.isInfinite(value);
    }

    private static String shown(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40) + "…";
    }
}
