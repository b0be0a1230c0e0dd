package io.troupe.environments.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.verifier.OptionsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The objects of a JSON Lines file, one after the other; empty lines are passed over. Every error names file and line. Used by one thread at a time. */
public final class JsonLines implements Iterator<JsonNode>, AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final BufferedReader reader;
    private @Nullable String line;
    private long number;
    private long last;

    private JsonLines(Path file, BufferedReader reader) {
        this.file = file;
        this.reader = reader;
        advance();
    }

    /**
     * Opens a file.
     *
     * @param file which
     * @return its lines
     * @throws OptionsException if it can't be read
     */
    public static JsonLines open(Path file) {
        try {
            return new JsonLines(file, Files.newBufferedReader(file));
        } catch (IOException e) {
            throw new OptionsException(
                    "the file " + file.toAbsolutePath() + " can't be read: "
                            + (Files.exists(file) ? e.getMessage() : "there is no such file"),
                    e);
        }
    }

    @Override
    public boolean hasNext() {
        return line != null;
    }

    /**
     * The next object.
     *
     * @throws OptionsException if the line is no JSON object
     */
    @Override
    public JsonNode next() {
        if (line == null) {
            throw new NoSuchElementException("the end of " + file);
        }
        String current = line;
        last = number;
        advance();
        try {
            JsonNode node = MAPPER.readTree(current);
            if (node.isObject()) {
                return node;
            }
            throw refuse("must be a JSON object");
        } catch (JsonProcessingException e) {
            throw refuse("is no JSON: " + e.getOriginalMessage());
        }
    }

    /** The number of the line that was read last, from 1. */
    public long number() {
        return last;
    }

    /**
     * An error about the line that was read last.
     *
     * @param what what is wrong with it, such as {@code needs "question"}
     */
    public OptionsException refuse(String what) {
        return new OptionsException(file + ", line " + last + ": " + what);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private void advance() {
        try {
            do {
                line = reader.readLine();
                number++;
            } while (line != null && line.isBlank());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
    }
}
