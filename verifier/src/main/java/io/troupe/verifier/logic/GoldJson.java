package io.troupe.verifier.logic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Golds that are JSON objects with the components of a record as keys. Pure functions, safe for any thread. */
public final class GoldJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private GoldJson() {}

    /**
     * Reads a gold.
     *
     * @param gold the text
     * @param type the record
     * @param <G> the record
     * @return the gold; empty if the text is none, or the record's constructor refuses it with an {@link IllegalArgumentException}
     */
    public static <G extends Record> Optional<G> read(String gold, Class<G> type) {
        try {
            @Nullable G read = MAPPER.readValue(gold, type);
            return Optional.ofNullable(read);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * Writes a gold.
     *
     * @param gold the record
     * @return one line of JSON
     */
    public static String write(Record gold) {
        try {
            return MAPPER.writeValueAsString(gold);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a gold that can be written: " + gold, e);
        }
    }
}
