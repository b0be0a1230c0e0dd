package io.troupe.verifier.qa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;

/** Reads a gold: one answer, or several as a JSON list of texts. Pure functions, safe for any thread. */
final class QaGold {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private QaGold() {}

    /**
     * The alternatives.
     *
     * @param gold the gold
     * @param fuel pays for the characters
     * @return the texts that are not blank; none if the gold can't be used
     */
    static List<String> alternatives(String gold, Fuel fuel) {
        fuel.spend(gold.length() + 1L);
        List<String> alternatives = new ArrayList<>();
        if (gold.stripLeading().startsWith("[")) {
            try {
                JsonNode list = MAPPER.readTree(gold);
                list.forEach(item -> {
                    if (item.isValueNode() && !item.isNull()) {
                        alternatives.add(item.asText());
                    }
                });
                alternatives.removeIf(String::isBlank);
                return alternatives;
            } catch (JsonProcessingException e) {
                // a text that happens to begin with a bracket
                return List.of(gold);
            }
        }
        return gold.isBlank() ? List.of() : List.of(gold);
    }
}
