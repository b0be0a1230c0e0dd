package io.troupe.actors.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.journal.RunObserver.RunEvent;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, with {@code "kind"} being {@code step}, {@code evaluation} or {@code
 * event}, its fields in snake case, flushed line by line. Numbers that are not finite are written as strings, since JSON has none.
 *
 * <p>A log that cannot be written is reported once, and the run goes on without it. Not thread-safe.
 */
public final class MetricsLog implements AutoCloseable {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

    private final Path file;
    private final Consumer<String> complaint;
    private @Nullable BufferedWriter writer;
    private boolean failed;

    /**
     * Appends to a file, which is made with the first line.
     *
     * @param complaint told once, in human words, if the file cannot be written
     */
    public MetricsLog(Path file, Consumer<String> complaint) {
        this.file = file;
        this.complaint = complaint;
    }

    /**
     * Drops the steps after a version, which a resumed run makes again, and a last line that was not finished. To be called before
     * anything is written.
     */
    public void forgetStepsAfter(long version) {
        if (!Files.exists(file)) {
            return;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".tmp");
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            Files.write(aside, lines.filter(line -> isKept(line, version)).toList());
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | UncheckedIOException e) {
            complain(e);
        }
    }

    /** Writes a step. */
    public void step(StepMetrics step) {
        write("step", step);
    }

    /** Writes an evaluation; the success of the families stands under {@code families}. */
    public void evaluation(EvaluationMetrics evaluation) {
        write("evaluation", evaluation);
    }

    /** Writes an event. */
    public void event(RunEvent event) {
        write("event", event);
    }

    @Override
    public void close() {
        BufferedWriter open = writer;
        writer = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                complain(e);
            }
        }
    }

    private static boolean isKept(String line, long version) {
        try {
            JsonNode entry = JSON.readTree(line);
            return entry.isObject()
                    && (!entry.path("kind").asText().equals("step")
                            || entry.path("step").asLong() <= version);
        } catch (JsonProcessingException e) {
            return false; // cut off when the process was killed
        }
    }

    private void write(String kind, Record values) {
        if (failed) {
            return;
        }
        try {
            ObjectNode line = JSON.createObjectNode().put("kind", kind);
            line.setAll((ObjectNode) JSON.valueToTree(values));
            BufferedWriter open = open();
            open.write(line.toString());
            open.newLine();
            open.flush();
        } catch (IOException e) {
            complain(e);
        }
    }

    private BufferedWriter open() throws IOException {
        BufferedWriter open = writer;
        if (open == null) {
            open = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            writer = open;
        }
        return open;
    }

    private void complain(Exception e) {
        failed = true;
        complaint.accept("cannot write " + file + " (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                + "); the run goes on without it");
    }
}
