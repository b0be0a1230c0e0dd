package io.troupe.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The metadata of a GGUF file by key; a key without a namespace is one of the file's architecture. Errors name file and key. */
record GgufMetadata(GgufFile file) {

    String text(String key) {
        return require(key, String.class, "a text");
    }

    String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    int integer(String key) {
        long value = require(key, Long.class, "a whole number");
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new PolicyFormatException(file.file() + ": " + full(key) + " cannot be " + value);
        }
        return (int) value;
    }

    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    @Nullable
    Integer optionalInteger(String key) {
        return has(key) ? integer(key) : null;
    }

    /** A token's id; null if there is none. */
    @Nullable
    Integer optionalToken(String key) {
        return optionalInteger(key);
    }

    boolean flag(String key, boolean otherwise) {
        return has(key) ? require(key, Boolean.class, "true or false") : otherwise;
    }

    double number(String key, double otherwise) {
        return has(key) ? require(key, Double.class, "a number") : otherwise;
    }

    @SuppressWarnings("unchecked") // the reader makes no other lists
    List<Object> list(String key) {
        return require(key, List.class, "an array");
    }

    boolean has(String key) {
        return file.metadata().containsKey(full(key));
    }

    private <T> T require(String key, Class<T> type, String expected) {
        Object value = file.metadata().get(full(key));
        if (!type.isInstance(value)) {
            throw new PolicyFormatException(file.file() + ": " + full(key) + " must be " + expected
                    + (value == null ? ", but is missing" : ", but is of another type"));
        }
        return type.cast(value);
    }

    private String full(String key) {
        boolean global = key.startsWith("general.") || key.startsWith("tokenizer.");
        return global ? key : file.metadata().get("general.architecture") + "." + key;
    }
}
