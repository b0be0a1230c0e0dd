package io.troupe.learner.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import io.troupe.proto.v1.CheckpointFile;
import io.troupe.proto.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What is in the folder of one checkpoint: the writer's files, {@code manifest.pb} with the size and digest of each, and {@code manifest.sha256} with the
 * digest of the manifest itself, in the format of {@code sha256sum}.
 */
final class CheckpointContents {

    static final String MANIFEST = "manifest.pb";
    static final String MANIFEST_DIGEST = "manifest.sha256";
    static final int FORMAT = 1;

    private CheckpointContents() {}

    /** A checkpoint that is not to be believed. The message is for the user. */
    static final class TornException extends Exception {
        private static final long serialVersionUID = 1;

        TornException(String reason) {
            super(reason);
        }
    }

    /** The writer's files, relative, in the order of their names. */
    static List<Path> filesIn(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted().toList()) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(folder.relativize(path));
                } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(
                            path + " is neither a file nor a folder; a checkpoint must hold its bytes itself");
                }
            }
        }
        return files;
    }

    static CheckpointFile describe(Path folder, Path relative) throws IOException {
        Path file = folder.resolve(relative);
        return CheckpointFile.newBuilder()
                .setName(relative.toString().replace('\\', '/'))
                .setSize(Files.size(file))
                .setSha256(digest(file))
                .build();
    }

    static byte[] digestLine(byte[] manifest) {
        String hex = HexFormat.of().formatHex(sha256().digest(manifest));
        return (hex + "  " + MANIFEST + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a checkpoint and verifies it.
     *
     * @param folder the checkpoint's
     * @param version that its name says
     * @param digests whether the bytes of every file are verified too, and not only their number
     * @throws TornException if it is not whole
     * @throws IOException if it cannot be read at all
     */
    static CheckpointManifest verify(Path folder, long version, boolean digests) throws TornException, IOException {
        var manifest = manifest(folder);
        if (manifest.getFormat() != FORMAT) {
            throw new TornException(
                    "its format is " + manifest.getFormat() + ", but this program reads format " + FORMAT);
        }
        if (manifest.getVersion() != version) {
            throw new TornException("its manifest is of version " + manifest.getVersion());
        }
        for (var file : manifest.getFilesList()) {
            verify(folder, file, digests);
        }
        return manifest;
    }

    private static CheckpointManifest manifest(Path folder) throws TornException, IOException {
        byte[] bytes = bytes(folder, MANIFEST);
        if (!MessageDigest.isEqual(digestLine(bytes), bytes(folder, MANIFEST_DIGEST))) {
            throw new TornException(MANIFEST + " does not have the digest that " + MANIFEST_DIGEST + " says");
        }
        try {
            return CheckpointManifest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new TornException(MANIFEST + " is not a manifest: " + e.getMessage());
        }
    }

    private static byte[] bytes(Path folder, String name) throws TornException, IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new TornException(name + " is missing");
        }
        return Files.readAllBytes(file);
    }

    private static void verify(Path folder, CheckpointFile expected, boolean digests)
            throws TornException, IOException {
        Path file = within(folder, expected.getName())
                .orElseThrow(() ->
                        new TornException("its manifest names \"" + expected.getName() + "\", which is outside of it"));
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new TornException(expected.getName() + " is missing");
        }
        long size = Files.size(file);
        if (size != expected.getSize()) {
            throw new TornException(expected.getName() + " has " + size + " bytes instead of " + expected.getSize());
        }
        if (digests && !digest(file).equals(expected.getSha256())) {
            throw new TornException(expected.getName() + " does not have the digest that the manifest says");
        }
    }

    private static Optional<Path> within(Path folder, String name) {
        Path path = folder.resolve(name).normalize();
        return path.startsWith(folder.normalize()) && !path.equals(folder.normalize())
                ? Optional.of(path)
                : Optional.empty();
    }

    private static String digest(Path file) throws IOException {
        try (var in = new DigestInputStream(Files.newInputStream(file), sha256())) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // the stream adds what is read to the digest
            }
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
