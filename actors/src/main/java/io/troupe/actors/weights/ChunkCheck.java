package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/** Verifies chunks of a file as their bytes come by. Used by one thread. */
abstract sealed class ChunkCheck {

    private ChunkCheck() {}

    /** Against accident and malice: SHA-256 of each chunk. */
    static ChunkCheck byDigests(FileManifest manifest) {
        return new ByDigests(manifest);
    }

    /** Against accidents: CRC-32C of each chunk, at about the speed of memory. The manifest must have them. */
    static ChunkCheck byChecksums(FileManifest manifest) {
        return new ByChecksums(manifest);
    }

    /** Takes the next bytes of a chunk, from position to limit. */
    abstract void update(ByteBuffer bytes);

    /** Whether the bytes since the last call are the chunk of that number. Begins anew. */
    abstract boolean chunkFits(long chunk);

    private static final class ByDigests extends ChunkCheck {
        private final FileManifest manifest;
        private final MessageDigest digest = FileDigests.sha256();
        private final byte[] copy = new byte[1 << 16];

        ByDigests(FileManifest manifest) {
            this.manifest = manifest;
        }

        @Override
        void update(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                int length = Math.min(copy.length, bytes.remaining());
                bytes.get(copy, 0, length);
                digest.update(copy, 0, length);
            }
        }

        @Override
        boolean chunkFits(long chunk) {
            return FileDigests.fits(manifest, chunk, digest.digest());
        }
    }

    private static final class ByChecksums extends ChunkCheck {
        private final ByteBuffer expected;
        private final CRC32C checksum = new CRC32C();

        ByChecksums(FileManifest manifest) {
            expected = manifest.getChunkCrc32C().asReadOnlyByteBuffer();
        }

        @Override
        void update(ByteBuffer bytes) {
            checksum.update(bytes);
        }

        @Override
        boolean chunkFits(long chunk) {
            boolean fits =
                    expected.getInt(Math.toIntExact(chunk * FileDigests.CHECKSUM_BYTES)) == (int) checksum.getValue();
            checksum.reset();
            return fits;
        }
    }
}
