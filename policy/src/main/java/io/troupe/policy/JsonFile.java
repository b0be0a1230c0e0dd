package io.troupe.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object in a file, whose errors name the file and the key. */
record JsonFile(Path file, JsonNode root) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final long MAX_BYTES = 500_000_000;
    private static final int SHOWN = 100;

    /** A value for a message, of which what is long shows its beginning. */
    static String shortened(JsonNode node) {
        String text = node.isContainerNode() ? "a list or object" : node.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    static JsonFile read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new PolicyFormatException(file + " has " + Files.size(file)
                        + " bytes, too many for a description of a model; the most are " + MAX_BYTES);
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw new PolicyFormatException(file + ": a JSON object was expected");
            }
            return new JsonFile(file, root);
        } catch (NoSuchFileException e) {
            throw new PolicyFormatException(file + " is missing", e);
        } catch (JsonProcessingException e) {
            throw new PolicyFormatException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new PolicyFormatException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static void write(Path file, JsonNode root) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(root) + "\n");
    }

    JsonNode node(String key) {
        JsonNode node = root.path(key);
        return node.isNull() ? MissingNode.getInstance() : node;
    }

    String text(String key) {
        if (!node(key).isTextual()) {
            throw wrong(key, "a string");
        }
        return node(key).asText();
    }

    int integer(String key) {
        if (!node(key).canConvertToInt() || !node(key).isIntegralNumber()) {
            throw wrong(key, "a whole number");
        }
        return node(key).asInt();
    }

    int integer(String key, int otherwise) {
        return node(key).isMissingNode() ? otherwise : integer(key);
    }

    @Nullable
    Integer optionalInteger(String key) {
        return node(key).isMissingNode() ? null : integer(key);
    }

    double number(String key, double otherwise) {
        if (node(key).isMissingNode()) {
            return otherwise;
        }
        if (!node(key).isNumber()) {
            throw wrong(key, "a number");
        }
        return node(key).asDouble();
    }

    boolean flag(String key) {
        if (!node(key).isMissingNode() && !node(key).isBoolean()) {
            throw wrong(key, "true or false");
        }
        return node(key).asBoolean(false);
    }

    /** Adds the token ids under a key, one or a list, to those that are there. */
    void tokens(String key, List<Integer> tokens) {
        JsonNode node = node(key);
        Iterable<JsonNode> values = node.isArray() ? node : node.isMissingNode() ? List.of() : List.of(node);
        for (JsonNode value : values) {
            if (!value.isIntegralNumber()) {
                throw wrong(key, "a token id or a list of them");
            }
            if (!tokens.contains(value.asInt())) {
                tokens.add(value.asInt());
            }
        }
    }

    void requireValue(String key, Set<String> supported) {
        String value = text(key);
        if (!supported.contains(value)) {
            throw new PolicyFormatException(file + ": " + key + " '" + value + "' is not supported; supported: "
                    + String.join(", ", supported));
        }
    }

    private PolicyFormatException wrong(String key, String expected) {
        JsonNode node = node(key);
        return new PolicyFormatException(file + ": " + key + " must be " + expected
                + (node.isMissingNode() ? ", but is missing" : ", but is " + node));
    }
}
