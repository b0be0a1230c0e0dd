package io.troupe.policy.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches policies from a Hugging Face hub into the cache of its Python client, in the same layout: {@code models--OWNER--NAME/blobs} holds contents by
 * digest, {@code snapshots/COMMIT} links to them by name, {@code refs/BRANCH} holds the commit. What one client fetched, the other does not fetch again.
 *
 * <p>A download that broke off goes on from its last byte. Every content is checked against the hub's digest before it gets its name. Safe for several
 * processes at once: each content is fetched under a lock.
 */
public final class ModelHub {

    /** Hears how far a fetch is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called often.
         *
         * @param file what is being fetched
         * @param done bytes that are there, of all files
         * @param total bytes of all files
         */
        void on(String file, long done, long total);
    }

    private static final Set<String> SMALL = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            "model.safetensors.index.json");

    private final HubSettings settings;

    /** A hub as the settings reach it. */
    public ModelHub(HubSettings settings) {
        this.settings = settings;
    }

    /**
     * Sees to it that a policy is in the cache.
     *
     * @return its directory, or its file if the reference names one
     * @throws HubException saying what failed and what to do; what came so far is kept
     */
    public Path fetch(HubReference reference, Progress progress) {
        Path repository =
                settings.cache().resolve("models--" + reference.repository().replace("/", "--"));
        try {
            if (settings.offline()) {
                return cached(repository, reference);
            }
            return fetch(repository, reference, progress);
        } catch (FileSystemException e) {
            throw new HubException(
                    e.getFile() + ": " + (e.getReason() == null ? e.toString() : e.getReason())
                            + " — free some space or name another cache in HF_HOME; what came so far is kept",
                    e);
        } catch (IOException e) {
            throw new HubException(
                    "cannot keep " + reference + " in " + repository + ": " + e.getMessage()
                            + " — free some space or name another cache in HF_HOME; what came so far is kept",
                    e);
        }
    }

    private Path fetch(Path repository, HubReference reference, Progress progress) throws IOException {
        try (var client = new HubClient(settings)) {
            HubClient.Listing listing = client.list(reference);
            List<HubFile> wanted = wanted(reference, listing.files());
            long total = wanted.stream().mapToLong(HubFile::size).sum();
            Path snapshot = repository.resolve("snapshots").resolve(listing.commit());
            long done = 0;
            for (HubFile file : wanted) {
                long before = done;
                Path blob = repository.resolve("blobs").resolve(file.etag());
                fetch(
                        client,
                        reference,
                        listing.commit(),
                        file,
                        blob,
                        bytes -> progress.on(file.name(), before + bytes, total));
                link(snapshot.resolve(file.name()), blob);
                done += file.size();
            }
            Path ref = repository.resolve("refs").resolve(reference.revision());
            if (!reference.revision().equals(listing.commit())) {
                Files.createDirectories(ref.getParent());
                Files.writeString(ref, listing.commit());
            }
            return reference.file() == null ? snapshot : snapshot.resolve(reference.file());
        }
    }

    private static List<HubFile> wanted(HubReference reference, List<HubFile> files) {
        String one = reference.file();
        List<HubFile> wanted = files.stream()
                .filter(file -> one != null
                        ? file.name().equals(one)
                        : SMALL.contains(file.name())
                                || (file.name().endsWith(".safetensors")
                                        && !file.name().contains("/")))
                .toList();
        if (wanted.isEmpty() || (one == null && wanted.stream().noneMatch(file -> SMALL.contains(file.name())))) {
            List<String> gguf = files.stream()
                    .map(HubFile::name)
                    .filter(name -> name.endsWith(".gguf"))
                    .toList();
            throw new HubException(
                    reference + " has " + (one == null ? "no policy in Hugging Face's layout" : "no " + one)
                            + (gguf.isEmpty()
                                    ? ""
                                    : "; its GGUF files, for hf:OWNER/NAME:FILE, are " + String.join(", ", gguf)));
        }
        if (one == null && wanted.stream().noneMatch(file -> file.name().endsWith(".safetensors"))) {
            throw new HubException(reference + " has no weights in the safetensors format");
        }
        return wanted;
    }

    /** Hears how many bytes of one file are there. */
    @FunctionalInterface
    private interface Received {
        void on(long bytes);
    }

    private static void fetch(
            HubClient client, HubReference reference, String commit, HubFile file, Path blob, Received received)
            throws IOException {
        Files.createDirectories(blob.getParent());
        Path part = blob.resolveSibling(blob.getFileName() + ".incomplete");
        Path lockFile = blob.resolveSibling(blob.getFileName() + ".lock");
        try (FileChannel lockChannel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lockChannel.lock()) {
            if (!lock.isValid()) {
                throw new IOException(lockFile + " cannot be locked");
            }
            if (Files.exists(blob) && Files.size(blob) == file.size()) {
                received.on(file.size());
                return;
            }
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                receive(client, reference, commit, file, out, received);
                out.force(true);
            }
            check(reference, file, part);
            Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(lockFile);
        }
    }

    private static void receive(
            HubClient client, HubReference reference, String commit, HubFile file, FileChannel out, Received received)
            throws IOException {
        if (out.size() > file.size()) {
            out.truncate(0);
        }
        client.download(
                reference,
                commit,
                file,
                out::size,
                (bytes, length) -> {
                    if (out.size() + length > file.size()) {
                        throw new HubException(reference + ": the hub sends more of " + file.name() + " than the "
                                + file.size() + " bytes that it listed");
                    }
                    var buffer = ByteBuffer.wrap(bytes, 0, length);
                    while (buffer.hasRemaining()) {
                        out.write(buffer, out.size());
                    }
                    received.on(out.size());
                },
                () -> {
                    try {
                        out.truncate(0);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }

    private static void check(HubReference reference, HubFile file, Path part) throws IOException {
        if (Files.size(part) != file.size()) {
            throw new HubException(reference + ": " + file.name() + " broke off at " + Files.size(part) + " of "
                    + file.size() + " bytes — try again: it goes on from there");
        }
        String sha256 = file.sha256();
        String expected = sha256 == null ? file.blob() : sha256;
        String digest = digest(part, sha256 == null ? "SHA-1" : "SHA-256", file);
        if (!digest.equals(expected)) {
            Files.delete(part);
            throw new HubException(reference + ": " + file.name() + " arrived damaged: its digest is " + digest
                    + ", the hub says " + expected + " — try again");
        }
    }

    private static String digest(Path path, String algorithm, HubFile file) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            if (file.sha256() == null) {
                digest.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            var bytes = new byte[1 << 16];
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                digest.update(bytes, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /** Gives a content its name: by a relative link, or as a copy where there are no links. */
    private static void link(Path name, Path blob) throws IOException {
        Files.createDirectories(name.getParent());
        if (Files.exists(name)) {
            return;
        }
        Files.deleteIfExists(name); // a link that leads nowhere
        try {
            Files.createSymbolicLink(name, name.getParent().relativize(blob));
        } catch (FileAlreadyExistsException e) {
            return; // another process was faster
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(blob, name, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path cached(Path repository, HubReference reference) throws IOException {
        @Nullable Path snapshot = null;
        Path ref = repository.resolve("refs").resolve(reference.revision());
        if (Files.isRegularFile(ref)) {
            snapshot = repository
                    .resolve("snapshots")
                    .resolve(Files.readString(ref).strip());
        } else if (Files.isDirectory(repository.resolve("snapshots").resolve(reference.revision()))) {
            snapshot = repository.resolve("snapshots").resolve(reference.revision());
        }
        Path wanted =
                snapshot == null ? null : reference.file() == null ? snapshot : snapshot.resolve(reference.file());
        if (wanted == null || !Files.exists(wanted)) {
            throw new HubException(reference + " is not in the cache " + settings.cache()
                    + ", and HF_HUB_OFFLINE forbids to ask the hub");
        }
        return wanted;
    }
}
