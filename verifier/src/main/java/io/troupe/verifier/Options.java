package io.troupe.verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds the options of a task family to its record: the component {@code topK} is the key {@code top-k}. Strict: a key that the record does not have, a
 * missing one without an {@link OptionDefault}, a wrong type or a value that the record's constructor refuses is an error that names the key. Pure
 * functions, safe for any thread.
 */
public final class Options {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private Options() {}

    /**
     * Binds options.
     *
     * @param type the record
     * @param json a JSON object; empty text means that none are given
     * @param <O> the record
     * @return the options
     * @throws OptionsException if they don't fit; the message names the key
     */
    public static <O extends Record> O bind(Class<O> type, String json) {
        ObjectNode given = parse(json);
        List<String> missing = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = key(component);
            if (!given.has(key)) {
                OptionDefault absent = component.getAnnotation(OptionDefault.class);
                if (absent != null) {
                    given.set(key, value(absent.value()));
                } else if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    missing.add(key);
                }
            }
        }
        refuseUnknown(type, given);
        if (!missing.isEmpty()) {
            throw new OptionsException("options." + missing.get(0) + " is missing");
        }
        try {
            return MAPPER.treeToValue(given, type);
        } catch (JsonProcessingException e) {
            throw refused(type, e);
        }
    }

    /** The keys of an options record, in its order. */
    public static List<String> keys(Class<? extends Record> type) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            keys.add(key(component));
        }
        return keys;
    }

    private static void refuseUnknown(Class<? extends Record> type, ObjectNode given) {
        Collection<String> unknown = new TreeSet<>();
        given.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(keys(type));
        if (!unknown.isEmpty()) {
            throw unknown(type, unknown.iterator().next());
        }
    }

    private static OptionsException unknown(Class<? extends Record> type, String key) {
        List<String> known = keys(type);
        return new OptionsException("options." + key + ": there is no such key — "
                + (known.isEmpty() ? "the family has no options" : "known: " + String.join(", ", known)));
    }

    private static OptionsException refused(Class<? extends Record> type, JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                        .collect(Collectors.joining("."))
                : "";
        String where = path.isEmpty() ? "options" : "options." + path;
        if (e instanceof UnrecognizedPropertyException) {
            return new OptionsException(where + ": there is no such key", e);
        }
        if (e instanceof ValueInstantiationException && e.getCause() != null) {
            return new OptionsException(where + ": " + e.getCause().getMessage(), e);
        }
        return new OptionsException(where + " of " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }

    private static ObjectNode parse(String json) {
        if (json.isBlank()) {
            return MAPPER.createObjectNode();
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new OptionsException("options must be an object of keys and values, not " + json);
        } catch (JsonProcessingException e) {
            throw new OptionsException("options are no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonNode value(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MAPPER.getNodeFactory().textNode(text);
        }
    }

    /** {@code topK} becomes {@code top-k}. */
    private static String key(RecordComponent component) {
        return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
