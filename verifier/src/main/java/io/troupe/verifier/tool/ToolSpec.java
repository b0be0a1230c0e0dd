package io.troupe.verifier.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a policy is told about a tool.
 *
 * @param name letters, digits, {@code _}, {@code -}, {@code .} and {@code /}
 * @param description what it does, for the policy
 * @param schema the JSON schema of the arguments, an object with {@code properties}
 */
public record ToolSpec(String name, String description, String schema) {

    private static final int MAX_NAME = 128;

    public ToolSpec {
        boolean plain = name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "_-./".indexOf(c) >= 0));
        if (name.isEmpty() || name.length() > MAX_NAME || !plain) {
            throw new IllegalArgumentException(
                    "a tool's name consists of letters, digits, _, -, . and /; '" + name + "' does not");
        }
        ArgumentSchema.parse(name, schema);
    }

    /**
     * A tool with one text as its argument.
     *
     * @param name its name
     * @param description what it does
     * @param argument the argument's name
     * @param meaning what the argument is
     * @return the specification
     */
    public static ToolSpec ofText(String name, String description, String argument, String meaning) {
        ObjectNode schema = LenientJson.object();
        schema.put("type", "object");
        ObjectNode property = schema.putObject("properties").putObject(argument);
        property.put("type", "string");
        property.put("description", meaning);
        schema.putArray("required").add(argument);
        return new ToolSpec(name, description, schema.toString());
    }
}
