package io.troupe.verifier.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.TaskFamilyException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of JSON Lines files. Only where each line begins is kept in memory: eight bytes a row. Safe for any thread. */
final class JsonlRows implements DatasetRows {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_LINE = 64 << 20;

    private record Source(Path file, long[] starts, int[] lengths, int[] lines) {}

    private final List<Source> sources = new ArrayList<>();
    private final int size;

    /**
     * Indexes files.
     *
     * @param most rows in all
     */
    JsonlRows(List<Path> files, int most) {
        int left = most;
        for (Path file : files) {
            Source source = index(file, left);
            sources.add(source);
            left -= source.starts().length;
        }
        size = most - left;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public JsonNode row(int index) {
        int within = index;
        for (Source source : sources) {
            if (within < source.starts().length) {
                return read(source, within, index);
            }
            within -= source.starts().length;
        }
        throw new IndexOutOfBoundsException("row " + index + " of " + size);
    }

    @Override
    public String place(int index) {
        int within = index;
        for (Source source : sources) {
            if (within < source.starts().length) {
                return source.file() + ", line " + source.lines()[within];
            }
            within -= source.starts().length;
        }
        return "row " + index;
    }

    private JsonNode read(Source source, int within, int index) {
        var bytes = ByteBuffer.allocate(source.lengths()[within]);
        try (FileChannel channel = FileChannel.open(source.file())) {
            long at = source.starts()[within];
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at + bytes.position()) < 0) {
                    throw new TaskFamilyException(
                            place(index) + ": the file has become shorter since it was opened", null);
                }
            }
        } catch (IOException e) {
            throw new TaskFamilyException(place(index) + ": cannot be read: " + e.getMessage(), e);
        }
        try {
            JsonNode row = JSON.readTree(new String(bytes.array(), StandardCharsets.UTF_8));
            if (row != null && row.isObject()) {
                return row;
            }
            throw new TaskFamilyException(place(index) + ": expected a JSON object { }", null);
        } catch (JsonProcessingException e) {
            throw new TaskFamilyException(place(index) + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Source index(Path file, int most) {
        var starts = new long[1024];
        var lengths = new int[1024];
        var lines = new int[1024];
        int rows = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            long at = 0;
            long start = 0;
            boolean blank = true;
            int line = 1;
            for (int next = in.read(); rows < most; next = in.read()) {
                if (next == '\n' || next < 0) {
                    if (!blank) {
                        if (at - start > MAX_LINE) {
                            throw new OptionsException(
                                    file + ", line " + line + ": longer than " + MAX_LINE + " bytes");
                        }
                        if (rows == starts.length) {
                            starts = Arrays.copyOf(starts, rows * 2);
                            lengths = Arrays.copyOf(lengths, rows * 2);
                            lines = Arrays.copyOf(lines, rows * 2);
                        }
                        starts[rows] = start;
                        lengths[rows] = (int) (at - start);
                        lines[rows++] = line;
                    }
                    if (next < 0) {
                        break;
                    }
                    line++;
                    start = at + 1;
                    blank = true;
                } else if (!Character.isWhitespace(next)) {
                    blank = false;
                }
                at++;
            }
        } catch (IOException e) {
            throw new OptionsException(file + " cannot be read: " + e.getMessage(), e);
        }
        return new Source(file, Arrays.copyOf(starts, rows), Arrays.copyOf(lengths, rows), Arrays.copyOf(lines, rows));
    }
}
