package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions in a fetcher's folder: the newest few, and the space of one that nobody needs any more, to be written over by the next. New pages of a file
 * cost more than the bytes that come into them. Used by one thread at a time.
 */
final class KeptVersions {

    /**
     * A file whose content is no more needed.
     *
     * @param file where it is
     * @param mapped its pages; null if it is to be written to
     */
    record Spare(Path file, @Nullable MappedFile mapped) {}

    private static final Logger LOG = LoggerFactory.getLogger(KeptVersions.class);
    private static final int NAMED_DIGITS = 12;

    private final Path folder;
    private final int most;
    private final @Nullable WeightServer own;
    private final SortedMap<Long, Fetched> held = new TreeMap<>();
    private final Map<Path, MappedFile> mapped = new HashMap<>();
    private long releasedUpTo = -1;
    private @Nullable Path spare;

    /**
     * @param most so many are kept
     * @param own serves them; null for nobody
     */
    KeptVersions(Path folder, int most, @Nullable WeightServer own) {
        this.folder = folder;
        this.most = most;
        this.own = own;
        if (Files.isDirectory(folder)) {
            deleteLeftovers();
        }
    }

    /** What an earlier process served to others, or had no use for. */
    private void deleteLeftovers() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "{delta-*,*.spare}")) {
            for (Path file : left) {
                Files.delete(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("could not delete what an earlier process left in {}: {}", folder, e.toString());
        }
    }

    Path target(long version, String sha256) {
        return folder.resolve(
                String.format(Locale.ROOT, "v%06d-%s.safetensors", version, sha256.substring(0, NAMED_DIGITS)));
    }

    Path target(FileManifest manifest) {
        return target(VersionNames.version(manifest.getName()), manifest.getSha256());
    }

    @Nullable
    Fetched get(long version) {
        return held.get(version);
    }

    /** −1 if there is none. */
    long newest() {
        return held.isEmpty() ? -1 : held.lastKey();
    }

    /** The version from which a delta would lead on. */
    @Nullable
    Fetched base() {
        return held.isEmpty() ? null : held.get(held.lastKey());
    }

    /** Nobody reads the files of versions up to this one any more. */
    void release(long version) {
        releasedUpTo = Math.max(releasedUpTo, version);
    }

    /** Begins anew: versions of another epoch are others. Files stay until the next {@link #add}. */
    void forget() {
        held.clear();
        releasedUpTo = -1;
    }

    /** Space for a file of a size, if there is some; the caller's from now on. */
    @Nullable
    Spare takeSpare(long size) throws IOException {
        Path file = spare;
        if (file == null || Files.size(file) != size) {
            return null;
        }
        spare = null;
        MappedFile pages = mapped.remove(file);
        return new Spare(file, pages == null ? MappedFile.inMemory(file) : pages);
    }

    /** Keeps a version, and deletes what is neither new nor the way to it. */
    void add(long version, Fetched fetched, @Nullable MappedFile pages) throws IOException {
        held.put(version, fetched);
        if (pages != null) {
            mapped.put(fetched.file(), pages);
        }
        while (held.size() > most) {
            long oldest = held.firstKey();
            Fetched dropped = held.remove(oldest);
            if (own != null) {
                own.withdraw(oldest);
            }
            if (dropped != null && oldest <= releasedUpTo && nobodyReads(dropped.file())) {
                keepSpace(dropped.file());
            }
        }
        Set<Path> kept = new HashSet<>();
        held.values().forEach(each -> kept.add(each.file()));
        if (spare != null) {
            kept.add(spare);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "v*.safetensors*")) {
            for (Path file : files) {
                if (!kept.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
        mapped.keySet().retainAll(kept);
    }

    private void keepSpace(Path file) throws IOException {
        if (spare == null && Files.exists(file)) {
            Path aside = file.resolveSibling(file.getFileName() + ".spare");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            MappedFile pages = mapped.remove(file);
            if (pages != null) {
                mapped.put(aside, pages);
            }
            spare = aside;
        }
    }

    /** No transfer to another node that has begun, and no further name of the same file. */
    private boolean nobodyReads(Path file) throws IOException {
        if (own != null && own.isSending(file)) {
            return false;
        }
        try {
            return Files.getAttribute(file, "unix:nlink") instanceof Integer links && links == 1;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return false; // a file system that does not say
        }
    }
}
