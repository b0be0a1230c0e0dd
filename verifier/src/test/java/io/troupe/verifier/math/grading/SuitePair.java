package io.troupe.verifier.math.grading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A pair of the suite.
 *
 * @param gold the right answer
 * @param prediction a model's text
 * @param equal whether it is right
 * @param why what it tests
 */
public record SuitePair(String gold, String prediction, boolean equal, String why) {

    private static final String RESOURCE = "/io/troupe/verifier/math/grading/suite.jsonl";

    /** The suite, in its order. */
    public static List<SuitePair> all() {
        try (InputStream in = SuitePair.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            List<SuitePair> pairs = new ArrayList<>();
            var mapper = new JsonMapper();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                JsonNode json = mapper.readTree(line);
                pairs.add(new SuitePair(
                        json.required("gold").asText(),
                        json.required("prediction").asText(),
                        json.required("equal").asBoolean(),
                        json.required("why").asText()));
            }
            return pairs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
