package io.troupe.actors.weights;

import com.google.protobuf.ByteString;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.WeightManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * SHA-256 of files: of the whole, and of chunks, so that what has arrived can be believed before the rest has. The root, SHA-256 over the chunks'
 * digests, stands for all of them: who knows it can check a list of digests, and by it every chunk, hence the whole file in one pass. Beside each chunk's
 * digest stands its CRC-32C, for those who need no more.
 */
public final class FileDigests {

    /** How large chunks are where nobody says otherwise. */
    public static final int CHUNK_BYTES = 4 << 20;

    static final int DIGEST_BYTES = 32;
    static final int CHECKSUM_BYTES = 4;
    private static final int LEAST_CHUNK = 1 << 10;
    private static final int LARGEST_CHUNK = 1 << 28;
    private static final int BUFFER = 1 << 18;

    private FileDigests() {}

    /**
     * Measures a file.
     *
     * @param name what it is served as
     */
    public static FileManifest of(String name, Path file) throws IOException {
        return of(name, file, CHUNK_BYTES);
    }

    static FileManifest of(String name, Path file, int chunkBytes) throws IOException {
        MessageDigest whole = sha256();
        MessageDigest chunk = sha256();
        var checksum = new CRC32C();
        var chunks = new ByteArrayOutputStream();
        var checksums = new ByteArrayOutputStream();
        long size = 0;
        int inChunk = 0;
        byte[] buffer = new byte[Math.min(BUFFER, chunkBytes)];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.readNBytes(buffer, 0, room(buffer, chunkBytes, 0));
                    read > 0;
                    read = in.readNBytes(buffer, 0, room(buffer, chunkBytes, inChunk))) {
                whole.update(buffer, 0, read);
                chunk.update(buffer, 0, read);
                checksum.update(buffer, 0, read);
                size += read;
                inChunk += read;
                if (inChunk == chunkBytes) {
                    chunks.write(chunk.digest());
                    put(checksums, checksum);
                    inChunk = 0;
                }
            }
        }
        if (inChunk > 0) {
            chunks.write(chunk.digest());
            put(checksums, checksum);
        }
        return FileManifest.newBuilder()
                .setName(name)
                .setSize(size)
                .setSha256(HexFormat.of().formatHex(whole.digest()))
                .setChunkBytes(chunkBytes)
                .setChunkSha256(ByteString.copyFrom(chunks.toByteArray()))
                .setChunkCrc32C(ByteString.copyFrom(checksums.toByteArray()))
                .build();
    }

    private static void put(ByteArrayOutputStream checksums, CRC32C checksum) {
        int value = (int) checksum.getValue();
        for (int shift = 24; shift >= 0; shift -= 8) {
            checksums.write(value >>> shift);
        }
        checksum.reset();
    }

    /** The root of a file's chunks, in lower-case hexadecimal. */
    public static String root(FileManifest manifest) {
        return HexFormat.of()
                .formatHex(sha256().digest(manifest.getChunkSha256().toByteArray()));
    }

    /** The root of a file's checksums, in lower-case hexadecimal; empty if it has none. */
    static String checksumsRoot(FileManifest manifest) {
        return manifest.getChunkCrc32C().isEmpty()
                ? ""
                : HexFormat.of()
                        .formatHex(sha256().digest(manifest.getChunkCrc32C().toByteArray()));
    }

    /** What an announcement says of a file: its size and digests. Where it is and what is in it is left to the caller. */
    public static WeightManifest.Builder announced(FileManifest manifest) {
        return WeightManifest.newBuilder()
                .setSize(manifest.getSize())
                .setSha256(manifest.getSha256())
                .setChunkBytes(manifest.getChunkBytes())
                .setChunksSha256(root(manifest))
                .setChunksCrc32CSha256(checksumsRoot(manifest));
    }

    /**
     * The same, with the one who announces as the first source.
     *
     * @param origin where its own server is: what that sends needs no proof that it is what was announced, only that nothing happened to it on the way
     */
    public static WeightManifest.Builder announced(FileManifest manifest, Endpoint origin) {
        return announced(manifest).setOrigin(origin.toString()).addSources(origin.toString());
    }

    /** What is wrong with a manifest in itself; empty if nothing is. */
    static String fault(FileManifest manifest) {
        if (manifest.getSize() < 0) {
            return "its size is " + manifest.getSize();
        }
        if (manifest.getChunkBytes() < LEAST_CHUNK || manifest.getChunkBytes() > LARGEST_CHUNK) {
            return "its chunks have " + manifest.getChunkBytes() + " bytes";
        }
        long chunks = (manifest.getSize() + manifest.getChunkBytes() - 1) / manifest.getChunkBytes();
        if (manifest.getChunkSha256().size() != chunks * DIGEST_BYTES) {
            return manifest.getSize() + " bytes are " + chunks + " chunks, but there are "
                    + manifest.getChunkSha256().size() + " bytes of their digests";
        }
        int checksums = manifest.getChunkCrc32C().size();
        if (checksums != 0 && checksums != chunks * CHECKSUM_BYTES) {
            return manifest.getSize() + " bytes are " + chunks + " chunks, but there are " + checksums
                    + " bytes of their checksums";
        }
        return "";
    }

    /** Whether bytes are the chunk that a manifest tells of. */
    static boolean fits(FileManifest manifest, long chunk, byte[] digest) {
        int at = Math.toIntExact(chunk * DIGEST_BYTES);
        return manifest.getChunkSha256().substring(at, at + DIGEST_BYTES).equals(ByteString.copyFrom(digest));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static int room(byte[] buffer, int chunkBytes, int inChunk) {
        return Math.min(buffer.length, chunkBytes - inChunk);
    }
}
