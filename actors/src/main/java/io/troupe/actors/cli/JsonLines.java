package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** JSON Lines in, JSON Lines out, one answer a line and in the same order. */
final class JsonLines {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonLines() {}

    /**
     * Answers every line of standard input on standard output. Blank lines are passed over; a line that cannot be answered ends it with an error that
     * names the line's number.
     *
     * @param around where standard input and output are
     * @param answer throws {@link IllegalArgumentException} with what is wrong with a line
     */
    static void answer(Surroundings around, UnaryOperator<ObjectNode> answer) throws IOException {
        var in = new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8));
        var out = new StringBuilder();
        int number = 0;
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    out.append(answer.apply(object(line))).append('\n');
                }
                if (!in.ready()) {
                    flush(out, around.out());
                }
            }
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, "standard input, line " + number + ": " + e.getMessage(), e);
        } finally {
            flush(out, around.out());
        }
    }

    /** The value of a key that must be there. */
    static JsonNode required(ObjectNode line, String key, String expected) {
        JsonNode value = line.get(key);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException("\"" + key + "\" is missing — expected " + expected);
        }
        return value;
    }

    private static ObjectNode object(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("expected a JSON object { }, not " + node.getNodeType());
    }

    private static void flush(StringBuilder text, PrintStream out) {
        out.print(text);
        out.flush();
        text.setLength(0);
    }
}
