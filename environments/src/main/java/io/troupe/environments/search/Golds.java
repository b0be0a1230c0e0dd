package io.troupe.environments.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** A task's gold: its alternatives as a JSON list of texts. Pure functions, safe for any thread. */
final class Golds {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Golds() {}

    static String write(List<String> alternatives) {
        return MAPPER.valueToTree(alternatives).toString();
    }

    /** Whether a gold is a list of at least one text. */
    static boolean isReadable(String gold) {
        List<String> alternatives = new ArrayList<>();
        try {
            JsonNode list = MAPPER.readTree(gold);
            if (!list.isArray()) {
                return false;
            }
            list.forEach(each -> alternatives.add(each.isTextual() ? each.asText() : ""));
        } catch (JsonProcessingException e) {
            return false; // the verdict says so: UNPARSABLE_GOLD
        }
        return !alternatives.isEmpty() && alternatives.stream().noneMatch(String::isBlank);
    }
}
