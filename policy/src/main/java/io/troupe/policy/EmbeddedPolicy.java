package io.troupe.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policy that ships inside Troupe, so that nothing needs to be downloaded. It is unpacked into a cache folder named after its digest, once; later calls
 * compare the files there with the digests in {@value #SUMS}, in sha256sum's format, and put right what differs. Safe for any thread and process.
 */
public final class EmbeddedPolicy {

    static final String SUMS = "SHA256SUMS";

    private static final String FOLDER = "embedded/";
    private static final int NAME_LENGTH = 16;

    /** Where the files are read from: the class path. */
    @FunctionalInterface
    interface Source {
        /** A file's bytes; null if there is no such file. */
        byte @Nullable [] read(String name);
    }

    private EmbeddedPolicy() {}

    /** Whether this build has a policy inside. */
    public static boolean isPresent() {
        return EmbeddedPolicy.class.getResource(FOLDER + SUMS) != null;
    }

    /**
     * The policy's directory, in the user's cache: {@code $TROUPE_CACHE}, else {@code $XDG_CACHE_HOME/troupe}, else {@code ~/.cache/troupe}.
     *
     * @throws PolicyFormatException if this build has no policy inside, or the one inside is damaged
     * @throws UncheckedIOException if the cache can't be written
     */
    public static Path directory() {
        return unpack(cache(System.getenv()), EmbeddedPolicy::resource);
    }

    /** The folder for what Troupe unpacks. */
    public static Path cache(Map<String, String> environment) {
        String own = environment.get("TROUPE_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        String shared = environment.get("XDG_CACHE_HOME");
        Path caches = shared == null || shared.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(shared);
        return caches.resolve("troupe");
    }

    /** Unpacks into a given cache folder, if it is not there yet. */
    static Path unpack(Path cache, Source source) {
        byte[] sums = source.read(SUMS);
        if (sums == null) {
            throw new PolicyFormatException(
                    "this build of Troupe has no policy inside — give one with policy.path = DIR");
        }
        Path target = cache.resolve("embedded-" + sha256(sums).substring(0, NAME_LENGTH));
        try {
            Files.createDirectories(target);
            for (Map.Entry<String, String> file : parse(sums).entrySet()) {
                restore(source, target.resolve(file.getKey()), file.getKey(), file.getValue());
            }
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new UncheckedIOException(new IOException(
                    "cannot unpack the embedded policy to " + e.getFile() + ": " + reason
                            + " — free the disk, or name another folder in TROUPE_CACHE",
                    e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private static void restore(Source source, Path file, String name, String digest) throws IOException {
        if (Files.exists(file) && sha256(Files.readAllBytes(file)).equals(digest)) {
            return;
        }
        byte[] bytes = source.read(name);
        if (bytes == null || !sha256(bytes).equals(digest)) {
            throw new PolicyFormatException("the embedded policy is damaged: " + name
                    + (bytes == null ? " is missing" : " has another digest than " + SUMS + " says")
                    + " — build Troupe anew");
        }
        Path aside = Files.createTempFile(file.getParent(), name, ".part");
        Files.write(aside, bytes);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, String> parse(byte[] sums) {
        var digests = new LinkedHashMap<String, String>();
        new String(sums, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> {
                    String[] parts = line.strip().split("\\s+\\*?", 2);
                    digests.put(parts[1], parts[0]);
                });
        return digests;
    }

    private static byte @Nullable [] resource(String name) {
        try (InputStream in = EmbeddedPolicy.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the embedded " + name, e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
