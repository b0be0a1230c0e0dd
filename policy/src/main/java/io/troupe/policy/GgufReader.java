package io.troupe.policy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the head of a GGUF file, little-endian, refusing every length that the rest of the file cannot hold before it is allocated. Not thread-safe. */
final class GgufReader {

    private static final int BUFFER = 1 << 16;
    private static final int MAX_DEPTH = 2;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long fetched;

    GgufReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        size = channel.size();
        buffer.limit(0);
    }

    /** The position of the next byte. */
    long position() {
        return fetched - buffer.remaining();
    }

    /** The bytes that are left. */
    long left() {
        return size - position();
    }

    int int32() throws IOException {
        need(4);
        return buffer.getInt();
    }

    long int64() throws IOException {
        need(8);
        return buffer.getLong();
    }

    /** A count of things of which each takes at least so many bytes. */
    long count(String what, int leastBytes) throws IOException {
        long count = int64();
        if (count < 0 || count > left() / leastBytes) {
            throw wrong(what + " is " + Long.toUnsignedString(count) + ", more than the rest of the file of " + left()
                    + " bytes can hold");
        }
        return count;
    }

    String text(String what) throws IOException {
        int length = Math.toIntExact(Math.min(Integer.MAX_VALUE, count("the length of " + what, 1)));
        var bytes = new byte[length];
        for (int at = 0; at < length; ) {
            need(1);
            int part = Math.min(length - at, buffer.remaining());
            buffer.get(bytes, at, part);
            at += part;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A value of the metadata: Long, Double, Boolean, String or a list of them. */
    Object value(String key) throws IOException {
        return value(int32(), key, 0);
    }

    private Object value(int type, String key, int depth) throws IOException {
        return switch (type) {
            case 0 -> (long) (int8() & 0xFF);
            case 1 -> (long) int8();
            case 2 -> (long) (int16() & 0xFFFF);
            case 3 -> (long) int16();
            case 4 -> int32() & 0xFFFFFFFFL;
            case 5 -> (long) int32();
            case 6 -> (double) Float.intBitsToFloat(int32());
            case 7 -> int8() != 0;
            case 8 -> text(key);
            case 9 -> list(key, depth);
            case 10, 11 -> int64();
            case 12 -> Double.longBitsToDouble(int64());
            default -> throw wrong("'" + key + "' is of the unknown type " + type);
        };
    }

    private List<Object> list(String key, int depth) throws IOException {
        if (depth == MAX_DEPTH) {
            throw wrong("'" + key + "' nests arrays more than " + MAX_DEPTH + " deep");
        }
        int type = int32();
        long count = count("the length of '" + key + "'", leastBytes(type));
        var list = new ArrayList<Object>(); // grows with what is read, not with what is claimed
        for (long i = 0; i < count; i++) {
            list.add(value(type, key, depth + 1));
        }
        return list;
    }

    private static int leastBytes(int type) {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 9 -> 12;
            default -> 8;
        };
    }

    private byte int8() throws IOException {
        need(1);
        return buffer.get();
    }

    private short int16() throws IOException {
        need(2);
        return buffer.getShort();
    }

    private void need(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        buffer.compact();
        while (buffer.position() < bytes) {
            int got = channel.read(buffer, fetched);
            if (got < 0) {
                throw wrong("the file is truncated at byte " + size);
            }
            fetched += got;
        }
        buffer.flip();
    }

    PolicyFormatException wrong(String what) {
        return new PolicyFormatException(file + ": " + what);
    }
}
