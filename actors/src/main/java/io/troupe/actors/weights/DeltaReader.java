package io.troupe.actors.weights;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.troupe.actors.weights.DeltaFormat.Head;
import io.troupe.proto.v1.FileManifest;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Makes a file of its base and a delta, verifying each block against the file's manifest when it is made. What the delta says of its own lengths is held
 * against what the manifest allows before anything is allocated or unpacked: it never takes more memory than four blocks of at most {@value
 * DeltaFormat#LARGEST_BLOCK} bytes, nor more disk than the file has.
 */
final class DeltaReader {

    private DeltaReader() {}

    /**
     * Makes the file.
     *
     * @param base the file that is here
     * @param baseSha256 its SHA-256
     * @param delta what was fetched
     * @param manifest of the file that is to be made; believed
     * @param out where to, over what is there; holds no file to be believed in if this throws
     * @throws DeltaException if the delta is for another base or another file, is damaged, or makes other bytes than the manifest tells of
     */
    static void apply(Path base, String baseSha256, Path delta, FileManifest manifest, Path out) throws IOException {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(delta), 1 << 16));
                FileChannel old = FileChannel.open(base, StandardOpenOption.READ);
                FileChannel made = FileChannel.open(out, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var zstd = new ZstdDecompressCtx()) {
            requireFitting(Head.read(ByteBuffer.wrap(exactly(in, DeltaFormat.HEAD_BYTES))), old, baseSha256, manifest);
            new Application(in, old, made, manifest, zstd).run();
            made.truncate(manifest.getSize());
        } catch (EOFException e) {
            throw new DeltaException("it ends too early", e);
        }
    }

    private static void requireFitting(Head head, FileChannel old, String baseSha256, FileManifest manifest)
            throws IOException {
        if (!head.fromSha256().equals(baseSha256) || head.fromSize() != old.size()) {
            throw new DeltaException("its base is not the version that is here");
        }
        if (!head.toSha256().equals(manifest.getSha256()) || head.toSize() != manifest.getSize()) {
            throw new DeltaException("it makes another file");
        }
        if (head.blockBytes() != manifest.getChunkBytes() || head.blockBytes() > DeltaFormat.LARGEST_BLOCK) {
            throw new DeltaException("it has blocks of " + Integer.toUnsignedString(head.blockBytes())
                    + " bytes, the file chunks of " + manifest.getChunkBytes() + "; the largest allowed are "
                    + DeltaFormat.LARGEST_BLOCK);
        }
    }

    private static byte[] exactly(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** One pass over the blocks. */
    private static final class Application {
        private final DataInputStream in;
        private final FileChannel old;
        private final FileChannel made;
        private final FileManifest manifest;
        private final ZstdDecompressCtx zstd;
        private final ChunkCheck check;
        private final byte[] block;
        private final byte[] planes;
        private final byte[] words;
        private final byte[] packed;

        Application(
                DataInputStream in, FileChannel old, FileChannel made, FileManifest manifest, ZstdDecompressCtx zstd) {
            this.in = in;
            this.old = old;
            this.made = made;
            this.manifest = manifest;
            this.zstd = zstd;
            check = ChunkCheck.byDigests(manifest);
            int most = (int) Math.min(manifest.getChunkBytes(), manifest.getSize());
            block = new byte[most];
            planes = new byte[most];
            words = new byte[most];
            packed = new byte[(int) Zstd.compressBound(most)];
        }

        void run() throws IOException {
            for (long at = 0; at < manifest.getSize(); at += manifest.getChunkBytes()) {
                int length = (int) Math.min(manifest.getChunkBytes(), manifest.getSize() - at);
                make(at, length);
                check.update(ByteBuffer.wrap(block, 0, length));
                if (!check.chunkFits(at / manifest.getChunkBytes())) {
                    throw new DeltaException("it makes other bytes than were announced, from byte " + at + " on");
                }
                ByteBuffer bytes = ByteBuffer.wrap(block, 0, length);
                while (bytes.hasRemaining()) {
                    made.write(bytes);
                }
            }
            if (in.read() >= 0) {
                throw new DeltaException("it goes on behind its last block");
            }
        }

        private void make(long at, int length) throws IOException {
            byte kind = in.readByte();
            int bytes = in.readInt();
            switch (kind) {
                case DeltaFormat.SAME -> {
                    requireLength(bytes, 0, 0, at);
                    readBase(at, length);
                }
                case DeltaFormat.COPY -> {
                    requireLength(bytes, length, length, at);
                    in.readFully(block, 0, length);
                }
                case 1, 2, 4 -> {
                    requireLength(bytes, 1, packed.length, at);
                    in.readFully(packed, 0, bytes);
                    unpack(bytes, length, at);
                    readBase(at, length);
                    WordPlanes.join(planes, length, kind, words);
                    for (int i = 0; i < length; i++) {
                        block[i] ^= words[i];
                    }
                }
                default -> throw new DeltaException("it has a block of the unknown kind " + kind + " for byte " + at);
            }
        }

        private static void requireLength(int bytes, int least, int most, long at) throws DeltaException {
            if (bytes < least || bytes > most) {
                throw new DeltaException("it claims " + Integer.toUnsignedString(bytes)
                        + " bytes for the block at byte " + at + ", where " + most + " are the most");
            }
        }

        /** Into an array that has just the block's room: a frame that holds more is an error, not an allocation. */
        private void unpack(int bytes, int length, long at) throws DeltaException {
            int unpacked;
            try {
                unpacked = zstd.decompressByteArray(planes, 0, length, packed, 0, bytes);
            } catch (ZstdException e) {
                throw new DeltaException(
                        "its bytes for the block at byte " + at + " cannot be unpacked: " + e.getMessage(), e);
            }
            if (unpacked != length) {
                throw new DeltaException("its bytes for the block at byte " + at + " unpack to " + unpacked
                        + " bytes instead of " + length);
            }
        }

        private void readBase(long at, int length) throws IOException {
            int here = (int) Math.max(0, Math.min(length, old.size() - at));
            ByteBuffer buffer = ByteBuffer.wrap(block, 0, here);
            while (buffer.hasRemaining()) {
                if (old.read(buffer, at + buffer.position()) < 0) {
                    throw new DeltaException("its base has become shorter");
                }
            }
            Arrays.fill(block, here, length, (byte) 0);
        }
    }
}
