package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Damages JSON: values become extreme, of another type, deep or missing; entries are repeated, moved and renamed; sometimes the bytes themselves suffer. */
final class JsonMutation {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> EXTREMES = List.of(
            "0",
            "-1",
            "1",
            "2",
            "3",
            "7",
            "65536",
            "2147483647",
            "2147483648",
            "4294967295",
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551615",
            "99999999999999999999999999",
            "1e308",
            "-1e-308",
            "0.5",
            "null",
            "true",
            "false",
            "\"\"",
            "\"x\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"[\"",
            "\"(a+)+$\"",
            "\"{% for i in range(10**9) %}{% endfor %}\"",
            "[]",
            "{}",
            "[0,-1]",
            "[[],{}]",
            "{\"type\":\"x\"}");

    private final SplittableRandom random;

    JsonMutation(SplittableRandom random) {
        this.random = random;
    }

    byte[] mutate(byte[] json) throws IOException {
        JsonNode root = JSON.readTree(json);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            var places = new ArrayList<JsonNode>();
            containers(root, places, 0);
            if (!places.isEmpty()) {
                change(places.get(random.nextInt(places.size())), places);
            }
        }
        String text = JSON.writeValueAsString(root);
        if (random.nextInt(8) == 0) {
            text = twice(text);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(8) == 0) {
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return random.nextInt(20) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    /** Repeats a key with another value. */
    private String twice(String text) {
        int at = text.indexOf("\":", random.nextInt(text.length()));
        int start = at < 0 ? -1 : text.lastIndexOf('"', at - 1);
        return start < 0
                ? text
                : text.substring(0, start) + text.substring(start, at + 2) + extreme() + "," + text.substring(start);
    }

    private static void containers(JsonNode node, List<JsonNode> found, int depth) {
        if (node.isContainerNode() && depth < 50) {
            if (!node.isEmpty()) {
                found.add(node);
            }
            int looked = 0;
            for (JsonNode child : node) {
                if (looked++ < 40) { // long lists are alike
                    containers(child, found, depth + 1);
                }
            }
        }
    }

    private void change(JsonNode container, List<JsonNode> places) throws IOException {
        if (container instanceof ArrayNode array && !array.isEmpty()) {
            int at = random.nextInt(array.size());
            switch (random.nextInt(5)) {
                case 0 -> array.remove(at);
                case 1 -> array.add(array.get(at));
                case 2 ->
                    array.set(at, places.get(random.nextInt(places.size())).deepCopy());
                default -> array.set(at, value());
            }
        } else if (container instanceof ObjectNode object && !object.isEmpty()) {
            var keys = new ArrayList<String>();
            object.fieldNames().forEachRemaining(keys::add);
            String key = keys.get(random.nextInt(Math.min(keys.size(), 100)));
            switch (random.nextInt(6)) {
                case 0 -> object.remove(key);
                case 1 -> object.set(keys.get(random.nextInt(keys.size())), object.get(key));
                case 2 ->
                    object.set(key, places.get(random.nextInt(places.size())).deepCopy());
                default -> object.set(key, value());
            }
        }
    }

    private JsonNode value() throws IOException {
        if (random.nextInt(12) == 0) {
            int depth = random.nextInt(5) == 0 ? 900 : 60;
            return JSON.readTree("[".repeat(depth) + "]".repeat(depth));
        }
        return JSON.readTree(extreme());
    }

    private String extreme() {
        return EXTREMES.get(random.nextInt(EXTREMES.size()));
    }
}
