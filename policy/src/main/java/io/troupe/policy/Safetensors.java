package io.troupe.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A file in the safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes. Read through memory maps, one a tensor.
 *
 * <p>Thread-safe for reading. A header that does not fit the file is refused before anything of its size is allocated.
 */
public final class Safetensors implements TensorSource {

    private static final long MAX_HEADER = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /**
     * Where a tensor is.
     *
     * @param type "F32", "F16", "BF16" or another of the format's names
     * @param shape its shape
     * @param begin its first byte, from the end of the header
     * @param end the byte after its last
     */
    public record Entry(String type, List<Long> shape, long begin, long end) {}

    /**
     * A tensor to write.
     *
     * @param bytes gives its numbers, little-endian, from position to limit; asked once, when it is its turn
     */
    public record TensorData(String name, String type, long[] shape, Supplier<ByteBuffer> bytes) {

        private long size() {
            return Math.multiplyExact(new TensorShape(name, shape).elements(), width(name, type));
        }
    }

    private final Path file;
    private final FileChannel channel;
    private final long dataStart;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    private Safetensors(
            Path file, FileChannel channel, long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {
        this.file = file;
        this.channel = channel;
        this.dataStart = dataStart;
        this.entries = Collections.unmodifiableMap(entries);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws PolicyFormatException naming the file, the tensor and the number that is wrong
     */
    public static Safetensors open(Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            var opened = read(file, channel);
            channel = null;
            return opened;
        } catch (NoSuchFileException e) {
            throw new PolicyFormatException(file + " is missing", e);
        } catch (IOException e) {
            throw new PolicyFormatException(file + " cannot be read: " + e.getMessage(), e);
        } finally {
            closeIfOpen(channel, file);
        }
    }

    /** The tensors by name, in the order of their bytes. */
    public Map<String, Entry> entries() {
        return entries;
    }

    @Override
    public Map<String, List<Long>> shapes() {
        var shapes = new LinkedHashMap<String, List<Long>>();
        entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
        return shapes;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public Path file() {
        return file;
    }

    /**
     * A tensor's numbers, widened to single precision.
     *
     * @throws PolicyFormatException if there is no such tensor or its type is not a floating-point one
     */
    @Override
    public float[] floats(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new PolicyFormatException(file + " has no tensor '" + name + "'");
        }
        ByteBuffer bytes;
        try {
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), entry.end() - entry.begin())
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException | IllegalArgumentException e) {
            throw new PolicyFormatException(file + ": tensor '" + name + "' cannot be read: " + e.getMessage(), e);
        }
        return switch (entry.type()) {
            case "F32" -> {
                var values = new float[bytes.remaining() / Float.BYTES];
                bytes.asFloatBuffer().get(values);
                yield values;
            }
            case "F16" -> widen(bytes, Safetensors::half);
            case "BF16" -> widen(bytes, bits -> Float.intBitsToFloat(bits << 16));
            default ->
                throw new PolicyFormatException(file + ": tensor '" + name + "' is of type " + entry.type()
                        + "; weights must be F32, F16 or BF16");
        };
    }

    /** Writes tensors in the given order, one at a time, and syncs them to the disk; the same tensors give the same bytes. */
    public static void write(Path file, List<TensorData> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode extra = header.putObject("__metadata__");
            metadata.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> extra.put(entry.getKey(), entry.getValue()));
        }
        long offset = 0;
        for (TensorData tensor : tensors) {
            ObjectNode node = header.putObject(tensor.name());
            node.put("dtype", tensor.type());
            var shape = node.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            long end = offset + tensor.size();
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        var start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, start.flip());
            for (TensorData tensor : tensors) {
                ByteBuffer bytes = tensor.bytes().get();
                if (bytes.remaining() != tensor.size()) {
                    throw new IllegalArgumentException(
                            "tensor '" + tensor.name() + "' has " + bytes.remaining() + " bytes, not " + tensor.size());
                }
                writeFully(channel, bytes);
            }
            channel.force(true);
        }
    }

    @Override
    public void close() {
        closeIfOpen(channel, file);
    }

    static void closeIfOpen(@org.jspecify.annotations.Nullable FileChannel channel, Path file) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(file + " cannot be closed", e);
            }
        }
    }

    private static Safetensors read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw new PolicyFormatException(file + " is truncated: " + size + " bytes cannot hold a header");
        }
        var start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, start, 0, file);
        long length = start.flip().getLong();
        if (length < 2 || length > MAX_HEADER || length > size - 8) {
            throw new PolicyFormatException(file + ": a header of " + Long.toUnsignedString(length)
                    + " bytes does not fit a file of " + size + " bytes");
        }
        var bytes = ByteBuffer.allocate((int) length);
        readFully(channel, bytes, 8, file);
        JsonNode header;
        try {
            header = JSON.readTree(new String(bytes.array(), StandardCharsets.UTF_8));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new PolicyFormatException(file + ": the header is not JSON: " + e.getOriginalMessage(), e);
        }
        if (header == null || !header.isObject()) {
            throw new PolicyFormatException(file + ": the header is not a JSON object");
        }
        var metadata = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> field : header.path("__metadata__").properties()) {
            metadata.put(field.getKey(), field.getValue().asText());
        }
        return new Safetensors(file, channel, 8 + length, entries(file, header, size - 8 - length), metadata);
    }

    private static Map<String, Entry> entries(Path file, JsonNode header, long available) {
        var entries = new ArrayList<Map.Entry<String, Entry>>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals("__metadata__")) {
                entries.add(Map.entry(field.getKey(), entry(file, field.getKey(), field.getValue(), available)));
            }
        }
        entries.sort(Comparator.comparingLong(entry -> entry.getValue().begin()));
        long end = 0;
        var byName = new LinkedHashMap<String, Entry>();
        for (var entry : entries) {
            if (entry.getValue().begin() < end) {
                throw new PolicyFormatException(file + ": tensor '" + entry.getKey() + "' overlaps another at byte "
                        + entry.getValue().begin());
            }
            end = entry.getValue().end();
            byName.put(entry.getKey(), entry.getValue());
        }
        return byName;
    }

    private static Entry entry(Path file, String name, JsonNode node, long available) {
        String where = file + ": tensor '" + name + "' ";
        JsonNode offsets = node.path("data_offsets");
        if (!node.path("dtype").isTextual() || !node.path("shape").isArray() || offsets.size() != 2) {
            throw new PolicyFormatException(where + "lacks dtype, shape or data_offsets");
        }
        long begin = whole(where, offsets.get(0));
        long end = whole(where, offsets.get(1));
        if (begin > end || end > available) {
            throw new PolicyFormatException(where + "claims bytes " + begin + " to " + end + ", the file holds "
                    + available + ": it is truncated or damaged");
        }
        var shape = new ArrayList<Long>();
        long elements = 1;
        try {
            for (JsonNode dimension : node.get("shape")) {
                shape.add(whole(where, dimension));
                elements = Math.multiplyExact(elements, shape.get(shape.size() - 1));
            }
            elements =
                    Math.multiplyExact(elements, width(where, node.get("dtype").asText()));
        } catch (ArithmeticException e) {
            throw new PolicyFormatException(where + "has a shape too large for any file: " + shape, e);
        }
        if (elements != end - begin) {
            throw new PolicyFormatException(
                    where + "of shape " + shape + " needs " + elements + " bytes but has " + (end - begin));
        }
        return new Entry(node.get("dtype").asText(), List.copyOf(shape), begin, end);
    }

    private static long whole(String where, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0) {
            throw new PolicyFormatException(where + "has " + node + " where a size or offset belongs");
        }
        return node.asLong();
    }

    private static int width(String where, String type) {
        return switch (type) {
            case "F64", "I64", "U64" -> 8;
            case "F32", "I32", "U32" -> 4;
            case "F16", "BF16", "I16", "U16" -> 2;
            case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2" -> 1;
            default -> throw new PolicyFormatException(where + "is of the unknown type '" + type + "'");
        };
    }

    private static float[] widen(ByteBuffer bytes, java.util.function.IntFunction<Float> convert) {
        var halves = bytes.asShortBuffer();
        var values = new float[halves.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = convert.apply(halves.get(i) & 0xFFFF);
        }
        return values;
    }

    /** IEEE 754 binary16 to binary32. */
    static float half(int bits) {
        int exponent = bits >>> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else if (exponent == 31) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    private static void readFully(FileChannel channel, ByteBuffer target, long position, Path file) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target, position + target.position()) < 0) {
                throw new PolicyFormatException(file + " is truncated at byte " + (position + target.position()));
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
