package io.troupe.actors.weights;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.troupe.actors.weights.DeltaFormat.Head;
import io.troupe.proto.v1.FileManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Makes deltas between files, in {@link DeltaFormat}. Holds five blocks in memory whatever the files' size. The same files give the same delta. Not
 * thread-safe.
 */
final class DeltaWriter implements AutoCloseable {

    /** Words of these many bytes are tried, to find what the numbers of a file are. */
    static final List<Integer> WIDTHS = List.of(2, 4, 1);

    private static final int TRIED_BLOCKS = 2;

    private final ZstdCompressCtx zstd;
    private byte[] base = new byte[0];
    private byte[] made = new byte[0];
    private byte[] planes = new byte[0];
    private byte[] packed = new byte[0];
    private byte[] best = new byte[0];
    private final List<Integer> widths;
    private final long[] triedBytes;
    private int tried;

    /** @param level Zstandard's */
    DeltaWriter(int level) {
        this(level, WIDTHS);
    }

    /** With words of some widths only; those of one byte leave the bytes as they are. */
    DeltaWriter(int level, List<Integer> widths) {
        this.widths = List.copyOf(widths);
        triedBytes = new long[widths.size()];
        zstd = new ZstdCompressCtx();
        zstd.setLevel(level);
    }

    /**
     * Writes a delta.
     *
     * @param from the base
     * @param fromSha256 its SHA-256
     * @param to the file that is to be made of it
     * @param manifest that file's
     * @param out where to
     * @param limit more bytes are not wanted
     * @return whether it was written; if it were longer than the limit, what was written so far is of no use
     * @throws DeltaException if the file's blocks are too large
     */
    boolean write(Path from, String fromSha256, Path to, FileManifest manifest, Path out, long limit)
            throws IOException {
        int block = manifest.getChunkBytes();
        if (block > DeltaFormat.LARGEST_BLOCK) {
            throw new DeltaException("blocks of " + block + " bytes are larger than the " + DeltaFormat.LARGEST_BLOCK
                    + " that deltas are made of");
        }
        begin(block);
        try (FileChannel old = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel young = FileChannel.open(to, StandardOpenOption.READ);
                FileChannel delta = FileChannel.open(
                        out,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var head = new Head(block, old.size(), fromSha256, manifest.getSize(), manifest.getSha256());
            put(delta, head.bytes());
            for (long at = 0; at < manifest.getSize() && delta.position() <= limit; at += block) {
                int length = (int) Math.min(block, manifest.getSize() - at);
                read(young, at, made, length, to);
                int here = (int) Math.max(0, Math.min(length, old.size() - at));
                read(old, at, base, here, from);
                Arrays.fill(base, here, length, (byte) 0);
                put(delta, record(length));
            }
            return delta.position() <= limit;
        }
    }

    @Override
    public void close() {
        zstd.close();
    }

    private void begin(int block) {
        tried = 0;
        Arrays.fill(triedBytes, 0);
        if (base.length != block) {
            base = new byte[block];
            made = new byte[block];
            planes = new byte[block];
            packed = new byte[(int) Zstd.compressBound(block)];
            best = new byte[packed.length];
        }
    }

    private ByteBuffer record(int length) {
        if (Arrays.equals(base, 0, length, made, 0, length)) {
            return record(DeltaFormat.SAME, made, 0);
        }
        for (int i = 0; i < length; i++) {
            base[i] ^= made[i];
        }
        int shortest = Integer.MAX_VALUE;
        byte width = 0;
        for (int i = 0; i < widths.size(); i++) {
            if (tried < TRIED_BLOCKS || widths.get(i) == bestWidth()) {
                int bytes = pack(length, widths.get(i));
                triedBytes[i] += tried < TRIED_BLOCKS ? bytes : 0;
                if (bytes < shortest) {
                    shortest = bytes;
                    width = widths.get(i).byteValue();
                    byte[] swap = best;
                    best = packed;
                    packed = swap;
                }
            }
        }
        tried++;
        return shortest < length ? record(width, best, shortest) : record(DeltaFormat.COPY, made, length);
    }

    /** Into {@code packed}; how many bytes. */
    private int pack(int length, int width) {
        WordPlanes.split(base, length, width, planes);
        return zstd.compressByteArray(packed, 0, packed.length, planes, 0, length);
    }

    /** The width that gave the least on the blocks on which all were tried: a file's numbers are all of one kind, or nearly. */
    private int bestWidth() {
        int least = 0;
        for (int i = 1; i < widths.size(); i++) {
            if (triedBytes[i] < triedBytes[least]) {
                least = i;
            }
        }
        return widths.get(least);
    }

    private static ByteBuffer record(byte kind, byte[] bytes, int length) {
        ByteBuffer record = ByteBuffer.allocate(DeltaFormat.RECORD_HEAD_BYTES + length);
        return record.put(kind).putInt(length).put(bytes, 0, length).flip();
    }

    private static void put(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void read(FileChannel channel, long at, byte[] into, int length, Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new DeltaException(file + " has become shorter");
            }
        }
    }
}
