package io.troupe.verifier.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as language models write it: line breaks inside strings, single quotes, commas before a closing bracket. Nesting, numbers and names are bounded, so
 * that no text costs more than its length. Safe for any thread.
 */
final class LenientJson {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER = 400;
    private static final int MAX_NAME = 1_000;
    private static final int MAX_MESSAGE = 160;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .maxNameLength(MAX_NAME)
                            .build())
                    .build())
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .build();

    private LenientJson() {}

    /** A text is no JSON: the message says where, in one line. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Exactly one value. */
    static JsonNode read(String text) throws Refused {
        List<JsonNode> values = readAll(text);
        if (values.size() != 1) {
            throw new Refused(values.isEmpty() ? "it is empty" : "there is more than one value");
        }
        return values.get(0);
    }

    /** Any number of values one after the other. */
    static List<JsonNode> readAll(String text) throws Refused {
        List<JsonNode> values = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(text);
                MappingIterator<JsonNode> each =
                        MAPPER.readerFor(JsonNode.class).readValues(parser)) {
            while (each.hasNextValue()) {
                values.add(each.nextValue());
            }
        } catch (JsonProcessingException e) {
            throw new Refused(oneLine(e.getOriginalMessage())
                    + (e.getLocation() == null
                            ? ""
                            : " (character " + e.getLocation().getCharOffset() + ")"));
        } catch (IOException e) {
            throw new Refused(oneLine(String.valueOf(e.getMessage())));
        }
        return values;
    }

    /** The fields as plain Java values, in their order. */
    static Map<String, @Nullable Object> plain(ObjectNode node) {
        return MAPPER.convertValue(
                node, MAPPER.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Object.class));
    }

    static ObjectNode tree(Map<String, @Nullable Object> values) {
        return MAPPER.valueToTree(values);
    }

    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static String oneLine(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
    }
}
