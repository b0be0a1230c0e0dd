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
import java.util.ArrayList;
import java.util.function.Function;
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
        eachLine(around, (number, line) -> {
            try {
                return answer.apply(object(line));
            } catch (IllegalArgumentException e) {
                throw new VerbException(ExitCode.USAGE, where(number) + e.getMessage(), e);
            }
        });
    }

    /**
     * Answers every line of standard input on standard output, also those that cannot be: in the place of their answers stands what is wrong with them,
     * so that the answers stay in the order of the lines. Blank lines are passed over. If there was such a line, an error at the end names the first one.
     *
     * @param around where standard input and output are
     * @param answer throws {@link IllegalArgumentException} with what is wrong with a line
     * @param refusal the answer to a line of which it is said what is wrong with it
     */
    static void answerAll(Surroundings around, UnaryOperator<ObjectNode> answer, Function<String, ObjectNode> refusal)
            throws IOException {
        var refused = new ArrayList<String>();
        eachLine(around, (number, line) -> {
            try {
                return answer.apply(object(line));
            } catch (IllegalArgumentException e) {
                refused.add(where(number) + e.getMessage());
                return refusal.apply(where(number) + e.getMessage());
            }
        });
        if (!refused.isEmpty()) {
            String others = refused.size() == 1 ? "" : " (and so with " + (refused.size() - 1) + " more)";
            throw new VerbException(ExitCode.USAGE, refused.get(0) + others);
        }
    }

    private interface Line {
        ObjectNode answer(int number, String line);
    }

    private static void eachLine(Surroundings around, Line each) throws IOException {
        var in = new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8));
        var out = new StringBuilder();
        int number = 0;
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isBlank()) {
                    out.append(each.answer(number, line)).append('\n');
                }
                if (!in.ready()) {
                    flush(out, around.out());
                }
            }
        } finally {
            flush(out, around.out());
        }
    }

    private static String where(int number) {
        return "standard input, line " + number + ": ";
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
