package io.troupe.actors.learning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of every update beside its batch, so that it can be made again and compared: {@code updates.jsonl} in the folder of the
 * trajectories, one JSON object a line, with {@code "kind"} being {@code start} or {@code update} and the fields in snake case. Beside it {@code
 * epoch-NNNNNN.conf} is the configuration that an incarnation of the run learned with.
 *
 * <p>The log tells one story: what an incarnation made after the checkpoint that its successor went on from is forgotten with {@link #forgetAfter}.
 *
 * <p>Not thread-safe.
 */
public final class UpdateLog {

    /** A line of the log. */
    public sealed interface Entry permits Start, Update {}

    /**
     * An incarnation of the run began.
     *
     * @param epoch of the incarnation
     * @param version that it went on from, 0 if from the beginning
     * @param optimizerSteps made until then
     * @param initialWeights SHA-256 of version 0 as it was published
     * @param weights SHA-256 of the version that it went on from, as it was published
     * @param arithmetic what computed, as {@link io.troupe.learner.Learner#arithmetic} says it
     */
    public record Start(
            long epoch, long version, long optimizerSteps, String initialWeights, String weights, String arithmetic)
            implements Entry {}

    /**
     * An update was made.
     *
     * @param update its number, from 1: the version that it made
     * @param epoch of the incarnation that made it
     * @param optimizerSteps made since the run was created, its own included
     * @param skipped why it left the weights as they were, or null
     * @param groups in its batch
     * @param batch SHA-256 of the file that holds the batch
     * @param weights SHA-256 of the version that it made, as it was published
     */
    public record Update(
            long update,
            long epoch,
            long optimizerSteps,
            @Nullable String skipped,
            int groups,
            String batch,
            String weights)
            implements Entry {}

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final String KIND = "kind";
    private static final String START = "start";
    private static final String UPDATE = "update";

    private final Path file;

    /** @param folder of the trajectories */
    public UpdateLog(Path folder) {
        file = folder.resolve("updates.jsonl");
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** The file with the batch of an update. */
    public static Path batch(Path folder, long update) {
        return folder.resolve(String.format(Locale.ROOT, "step-%06d.pb", update));
    }

    /** The file with the configuration of an incarnation. */
    public static Path configuration(Path folder, long epoch) {
        return folder.resolve(String.format(Locale.ROOT, "epoch-%06d.conf", epoch));
    }

    /**
     * What it holds, in order. Lines that cannot be read are passed over: one that a crash or a full disk cut off tells of nothing, and an update that is
     * missing for it is missed by who looks for it.
     */
    public List<Entry> read() throws IOException {
        var entries = new ArrayList<Entry>();
        if (Files.exists(file)) {
            for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
                Entry entry = parse(line);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }

    /** Writes a line. On its own if an earlier one broke off. */
    void append(Entry entry) throws IOException {
        ObjectNode node = JSON.createObjectNode().put(KIND, entry instanceof Start ? START : UPDATE);
        node.setAll((ObjectNode) JSON.valueToTree(entry));
        String line = (endsWithinALine() ? "\n" : "") + node + "\n";
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Drops the updates after a version, which are made again, and lines that were not finished. */
    void forgetAfter(long version) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        var kept = new StringBuilder();
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
            Entry entry = parse(line);
            if (entry instanceof Start || (entry instanceof Update update && update.update() <= version)) {
                kept.append(line).append('\n');
            }
        }
        Path aside = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(aside, kept);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean endsWithinALine() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (var channel = Files.newByteChannel(file)) {
            if (channel.size() == 0) {
                return false;
            }
            var last = java.nio.ByteBuffer.allocate(1);
            channel.position(channel.size() - 1).read(last);
            return last.get(0) != '\n';
        }
    }

    private static @Nullable Entry parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return switch (node.path(KIND).asText()) {
                case START -> whole(JSON.treeToValue(node, Start.class));
                case UPDATE -> whole(JSON.treeToValue(node, Update.class));
                default -> null;
            };
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** JSON may leave out what a record must have. */
    @SuppressWarnings("ConstantValue")
    private static @Nullable Entry whole(Start start) {
        boolean whole = start.initialWeights() != null && start.weights() != null && start.arithmetic() != null;
        return whole ? start : null;
    }

    @SuppressWarnings("ConstantValue")
    private static @Nullable Entry whole(Update update) {
        return update.batch() != null && update.weights() != null ? update : null;
    }
}
