package io.troupe.actors.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * {@code results.jsonl}: one line for every run of a study that ended. A line counts once its line break is written; what a killed process left after the
 * last line break is cut off before the next line is added. A later line for the same cell stands in for the earlier one. Where there is a {@code
 * results.jsonl.gz} beside it, its lines come first.
 *
 * <p>Not thread-safe.
 */
final class ResultsFile {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;
    private final Map<String, CellResult> results = new LinkedHashMap<>();

    private ResultsFile(Path file) {
        this.file = file;
    }

    /**
     * Reads what there is; a file that is not there holds nothing.
     *
     * @throws IOException if it cannot be read, or a line is none of ours; names the line
     */
    static ResultsFile read(Path file) throws IOException {
        var results = new ResultsFile(file);
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        if (Files.exists(compressed)) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(compressed))) {
                results.parse(compressed, in.readAllBytes());
            }
        }
        if (Files.exists(file)) {
            results.parse(file, Files.readAllBytes(file));
        }
        return results;
    }

    /** The last result of every cell, in the order in which they came first. */
    Collection<CellResult> all() {
        return results.values();
    }

    /** Leaves a cell's result out from here on, since it is run again; its line stays until the new one stands in for it. */
    void forget(Cell cell) {
        results.remove(cell.name());
    }

    /** Adds a line, on disk when this returns. */
    void add(CellResult result) throws IOException {
        byte[] line = (JSON.writeValueAsString(result) + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.truncate(wholeLines(channel));
            channel.position(channel.size());
            for (ByteBuffer bytes = ByteBuffer.wrap(line); bytes.hasRemaining(); ) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        results.put(result.name(), result);
    }

    /** The size up to and with the last line break. */
    private static long wholeLines(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long size = channel.size(); size > 0; size--) {
            one.clear();
            channel.read(one, size - 1);
            if (one.get(0) == '\n') {
                return size;
            }
        }
        return 0;
    }

    private void parse(Path from, byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int number = 0;
        for (int start = 0, end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
            number++;
            String line = text.substring(start, end);
            if (!line.isBlank()) {
                try {
                    CellResult result = JSON.readValue(line, CellResult.class);
                    results.put(result.name(), result);
                } catch (JsonProcessingException e) {
                    throw new IOException(
                            from + ":" + number + " is no result of a study (" + e.getOriginalMessage()
                                    + ") — restore the file, or move it away to begin anew",
                            e);
                }
            }
        }
    }
}
