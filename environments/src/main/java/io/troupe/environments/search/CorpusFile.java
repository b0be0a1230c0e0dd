package io.troupe.environments.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.environments.jsonl.JsonLines;
import io.troupe.verifier.OptionsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;
import org.jspecify.annotations.Nullable;

/**
 * A corpus of one's own: JSON lines of {@code id} and {@code contents}, the title on the first line, as Search-R1 and Pyserini have it; {@code title} and
 * {@code text} instead of {@code contents} do as well. Indexed in memory, or once in a folder, under the hash of the file. Stateless.
 */
final class CorpusFile {

    private static final int DIGEST_BYTES = 16;

    private CorpusFile() {}

    /** The index of a corpus. */
    static LuceneRetriever index(Path file, @Nullable Path cache, double k1, double b) {
        try (JsonLines lines = JsonLines.open(file)) {
            Iterable<Passage> passages = () -> new Passages(lines);
            if (cache == null) {
                return nonEmpty(file, LuceneRetriever.of(passages, k1, b));
            }
            Path folder = cache.resolve("lucene-" + Version.LATEST + "-" + digest(file));
            if (!Files.isDirectory(folder)) {
                build(folder, passages);
            }
            return nonEmpty(file, LuceneRetriever.open(FSDirectory.open(folder), k1, b));
        } catch (IOException | UncheckedIOException e) {
            throw new OptionsException("the corpus " + file + " could not be indexed: " + e.getMessage(), e);
        }
    }

    private static LuceneRetriever nonEmpty(Path file, LuceneRetriever index) throws IOException {
        if (index.size() == 0) {
            index.close();
            throw new OptionsException("the corpus " + file + " has no passages");
        }
        return index;
    }

    /** Builds beside the folder and moves there, so that one who finds the folder finds it whole. */
    private static void build(Path folder, Iterable<Passage> passages) throws IOException {
        Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
        Path fresh = Files.createTempDirectory(parent, "building-");
        try {
            try (FSDirectory directory = FSDirectory.open(fresh)) {
                LuceneRetriever.write(directory, passages);
            }
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            delete(fresh); // another process was faster with the same corpus
        } catch (AtomicMoveNotSupportedException e) {
            throw new FileSystemException(folder.toString(), null, "can't be moved there in one step");
        } catch (IOException | RuntimeException e) {
            delete(fresh);
            throw e;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            List<Path> leavesFirst = inside.sorted(Comparator.reverseOrder()).toList();
            for (Path each : leavesFirst) {
                Files.delete(each);
            }
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static final class Passages implements Iterator<Passage> {
        private final JsonLines lines;

        Passages(JsonLines lines) {
            this.lines = lines;
        }

        @Override
        public boolean hasNext() {
            return lines.hasNext();
        }

        @Override
        public Passage next() {
            JsonNode line = lines.next();
            JsonNode id = line.path("id");
            JsonNode contents = line.path("contents");
            if (!contents.isTextual() && line.path("text").isTextual()) {
                return new Passage(
                        name(id),
                        line.path("title").asText() + "\n" + line.path("text").asText());
            }
            if (!contents.isTextual()) {
                throw lines.refuse("needs \"contents\", a text with the title on its first line");
            }
            return new Passage(name(id), contents.asText());
        }

        private String name(JsonNode id) {
            return id.isValueNode() && !id.isNull() ? id.asText() : Long.toString(lines.number());
        }
    }
}
