package io.troupe.policy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file in the GGUF format, versions 2 and 3: metadata, then tensors. Tensors are read through memory maps and widened to single precision. Thread-safe
 * for reading; closed by {@link #close()}.
 */
final class GgufFile implements AutoCloseable {

    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final int MAX_DIMENSIONS = 4;
    private static final long MAP_BYTES = 1 << 28;

    /**
     * A tensor.
     *
     * @param type how its numbers are stored
     * @param shape its shape, rows first as in safetensors; the file has it the other way round
     * @param offset its first byte in the file
     * @param bytes how many it has
     */
    record Tensor(String name, GgufType type, List<Long> shape, long offset, long bytes) {
        long numbers() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    private final Path file;
    private final FileChannel channel;
    private final Map<String, Object> metadata;
    private final Map<String, Tensor> tensors;
    private final long headBytes;

    private GgufFile(
            Path file, FileChannel channel, Map<String, Object> metadata, Map<String, Tensor> tensors, long headBytes) {
        this.file = file;
        this.channel = channel;
        this.metadata = Collections.unmodifiableMap(metadata);
        this.tensors = Collections.unmodifiableMap(tensors);
        this.headBytes = headBytes;
    }

    /**
     * Opens a file and checks its head.
     *
     * @throws PolicyFormatException naming the file and the key, tensor or number that is wrong
     */
    static GgufFile open(Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            GgufFile opened = read(file, channel);
            channel = null;
            return opened;
        } catch (NoSuchFileException e) {
            throw new PolicyFormatException(file + " is missing", e);
        } catch (IOException e) {
            throw new PolicyFormatException(file + " cannot be read: " + e.getMessage(), e);
        } finally {
            Safetensors.closeIfOpen(channel, file);
        }
    }

    Path file() {
        return file;
    }

    /** The metadata: Long, Double, Boolean, String, or lists of them. */
    Map<String, Object> metadata() {
        return metadata;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    /** Everything before the tensors' bytes. */
    byte[] head() {
        try {
            var bytes = ByteBuffer.allocate(Math.toIntExact(headBytes));
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
                // until all is there
            }
            return bytes.array();
        } catch (IOException e) {
            throw new PolicyFormatException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A tensor's numbers in single precision. */
    float[] floats(Tensor tensor) {
        var values = new float[Math.toIntExact(tensor.numbers())];
        GgufType type = tensor.type();
        long step = MAP_BYTES / type.blockBytes() * type.blockBytes();
        int at = 0;
        for (long done = 0; done < tensor.bytes(); done += step) {
            ByteBuffer bytes = map(tensor, done, Math.min(step, tensor.bytes() - done));
            while (bytes.hasRemaining()) {
                type.widen(bytes, values, at);
                at += type.blockNumbers();
            }
        }
        return values;
    }

    @Override
    public void close() {
        Safetensors.closeIfOpen(channel, file);
    }

    private ByteBuffer map(Tensor tensor, long from, long bytes) {
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, tensor.offset() + from, bytes)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException | IllegalArgumentException e) {
            throw new PolicyFormatException(
                    file + ": tensor '" + tensor.name() + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static GgufFile read(Path file, FileChannel channel) throws IOException {
        var reader = new GgufReader(file, channel);
        if (reader.left() < 24 || reader.int32() != MAGIC) {
            throw new PolicyFormatException(file + " is no GGUF file: it does not begin with 'GGUF'");
        }
        int version = reader.int32();
        if (version != 2 && version != 3) {
            throw reader.wrong("version " + version + " of the format is not supported; supported: 2, 3");
        }
        long tensorCount = reader.count("the number of tensors", 24);
        long keys = reader.count("the number of metadata keys", 13);
        var metadata = new LinkedHashMap<String, Object>();
        for (long i = 0; i < keys; i++) {
            String key = reader.text("a metadata key");
            if (metadata.put(key, reader.value(key)) != null) {
                throw reader.wrong("the metadata key '" + key + "' is there twice");
            }
        }
        var infos = new ArrayList<Tensor>();
        for (long i = 0; i < tensorCount; i++) {
            infos.add(tensor(reader));
        }
        long headBytes = reader.position();
        return new GgufFile(
                file, channel, metadata, placed(reader, infos, metadata, channel.size(), headBytes), headBytes);
    }

    private static Tensor tensor(GgufReader reader) throws IOException {
        String name = reader.text("a tensor's name");
        int dimensions = reader.int32();
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw reader.wrong("tensor '" + name + "' has " + Integer.toUnsignedString(dimensions) + " dimensions");
        }
        var shape = new ArrayList<Long>();
        for (int i = 0; i < dimensions; i++) {
            shape.add(0, reader.int64());
        }
        int code = reader.int32();
        GgufType type = GgufType.of(code);
        if (type == null) {
            throw reader.wrong("tensor '" + name + "' is of type " + code + ", which is not supported; supported: "
                    + List.of(GgufType.values()));
        }
        long offset = reader.int64();
        return new Tensor(name, type, List.copyOf(shape), offset, bytes(reader, name, type, shape));
    }

    private static long bytes(GgufReader reader, String name, GgufType type, List<Long> shape) {
        long numbers = 1;
        for (long size : shape) {
            if (size < 1 || numbers > Long.MAX_VALUE / size) {
                throw reader.wrong("tensor '" + name + "' has the impossible shape " + shape);
            }
            numbers *= size;
        }
        long row = shape.get(shape.size() - 1);
        if (row % type.blockNumbers() != 0) {
            throw reader.wrong("tensor '" + name + "' of type " + type + " has rows of " + row
                    + " numbers, which is no multiple of " + type.blockNumbers());
        }
        long blocks = numbers / type.blockNumbers();
        if (blocks > Long.MAX_VALUE / type.blockBytes()) {
            throw reader.wrong("tensor '" + name + "' has the impossible shape " + shape);
        }
        return blocks * type.blockBytes();
    }

    private static Map<String, Tensor> placed(
            GgufReader reader, List<Tensor> infos, Map<String, Object> metadata, long size, long headBytes) {
        Object given = metadata.getOrDefault("general.alignment", 32L);
        if (!(given instanceof Long alignment)
                || alignment < 1
                || alignment > 1 << 20
                || Long.bitCount(alignment) != 1) {
            throw reader.wrong("general.alignment cannot be " + given);
        }
        long start = (headBytes + alignment - 1) / alignment * alignment;
        var sorted = new ArrayList<Tensor>();
        for (Tensor info : infos) {
            if (info.offset() < 0
                    || info.offset() > size - start
                    || info.bytes() > size - start - info.offset()
                    || info.offset() % alignment != 0) {
                throw reader.wrong("tensor '" + info.name() + "' of " + info.bytes() + " bytes at offset "
                        + Long.toUnsignedString(info.offset()) + " does not fit a file of " + size
                        + " bytes; it may be truncated");
            }
            sorted.add(new Tensor(info.name(), info.type(), info.shape(), start + info.offset(), info.bytes()));
        }
        sorted.sort(Comparator.comparingLong(Tensor::offset));
        var placed = new LinkedHashMap<String, Tensor>();
        long end = 0;
        for (Tensor tensor : sorted) {
            if (tensor.offset() < end) {
                throw reader.wrong("tensor '" + tensor.name() + "' overlaps another at byte " + tensor.offset());
            }
            end = tensor.offset() + tensor.bytes();
            if (placed.put(tensor.name(), tensor) != null) {
                throw reader.wrong("tensor '" + tensor.name() + "' is there twice");
            }
        }
        return placed;
    }
}
