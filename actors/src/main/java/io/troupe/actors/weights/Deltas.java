package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's deltas between versions. It keeps the last few versions as further names of their files, so that whoever served them may delete theirs. The
 * delta from a version to the next is made as soon as the next is served, any other when it is asked for; each once, all on one thread. A server that makes
 * none hands on those that its node has fetched. Thread-safe.
 */
final class Deltas implements AutoCloseable {

    /** What there is between two versions. */
    sealed interface Found {}

    /** A delta, on the shelf. */
    record Ready(Shelf.Item delta) implements Found {}

    /** None, and why. */
    record None(String reason) implements Found {}

    private record Pair(String fromSha256, String toSha256) {}

    private static final Logger LOG = LoggerFactory.getLogger(Deltas.class);
    private static final int MOST_WAITING = 16;
    private static final int MOST_OFFERED = 8;
    private static final int NAMED_DIGITS = 12;
    private static final long CLOSE_SECONDS = 5;

    private final @Nullable DeltaSettings settings;
    private final Shelf shelf;
    private final ThreadPoolExecutor making;
    private final LinkedHashMap<String, Path> bases = new LinkedHashMap<>();
    private final Map<Pair, CompletableFuture<Found>> found = new HashMap<>();
    private final LinkedHashMap<Pair, Shelf.Item> offered = new LinkedHashMap<>();
    private String newest = "";

    /**
     * @param settings null if none are made here
     * @param thread the name of the one that makes them
     */
    Deltas(@Nullable DeltaSettings settings, Shelf shelf, String thread) throws IOException {
        this.settings = settings;
        this.shelf = shelf;
        making = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
            var made = new Thread(task, thread);
            made.setDaemon(true);
            return made;
        });
        making.allowCoreThreadTimeOut(true);
        if (settings != null) {
            Files.createDirectories(settings.folder());
            try (DirectoryStream<Path> left = Files.newDirectoryStream(settings.folder(), "{base,delta}-*")) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
        }
    }

    /** How long {@link #between} may wait. */
    long patienceNanos() {
        return settings == null ? 0 : settings.patience().toNanos();
    }

    /** A version is served from now on. */
    synchronized void served(Shelf.Item version) {
        String sha256 = version.manifest().getSha256();
        if (settings == null || sha256.equals(newest)) {
            return;
        }
        Path base = settings.folder().resolve("base-" + sha256);
        try {
            link(base, version.path());
        } catch (IOException e) {
            LOG.warn(
                    "no deltas from {}: it cannot be kept: {}",
                    version.manifest().getName(),
                    e.toString());
            return;
        }
        String before = newest;
        bases.remove(sha256);
        bases.put(sha256, base);
        newest = sha256;
        forgetOld(settings);
        if (bases.containsKey(before)) {
            order(settings, new Pair(before, sha256), version);
        }
    }

    /** A delta that this node has fetched can be had here too. */
    synchronized void offer(String fromSha256, String toSha256, Shelf.Item delta) {
        offered.put(new Pair(fromSha256, toSha256), delta);
        shelf.put(delta);
        if (offered.size() > MOST_OFFERED) {
            Iterator<Shelf.Item> oldest = offered.values().iterator();
            Shelf.Item dropped = oldest.next();
            oldest.remove();
            shelf.remove(dropped.manifest().getName());
            delete(dropped.path());
        }
    }

    /** What leads from a version to one on the shelf. Waits for one that is being made, but not for long. */
    Found between(String fromSha256, Shelf.Item to) {
        var pair = new Pair(fromSha256, to.manifest().getSha256());
        if (pair.fromSha256().equals(pair.toSha256())) {
            return new None("that is the version which the delta is to start from");
        }
        @Nullable CompletableFuture<Found> answer;
        synchronized (this) {
            Shelf.Item fetched = offered.get(pair);
            if (fetched != null) {
                return new Ready(fetched);
            }
            if (settings == null) {
                return new None("deltas are not made here");
            }
            if (!bases.containsKey(fromSha256)) {
                return new None("the version that the delta is to start from is not kept here, or not any more");
            }
            order(settings, pair, to);
            answer = found.get(pair);
        }
        if (answer == null) {
            return new None("too many deltas are being made already");
        }
        try {
            return answer.get(patienceNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new None("the delta is still being made");
        } catch (ExecutionException e) {
            return new None("the delta could not be made: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new None("the server ends");
        }
    }

    @Override
    public void close() {
        making.shutdownNow();
        try {
            if (!making.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a delta is still being made {} s after its server has ended", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has a delta made, unless it is already, or too many are. */
    private void order(DeltaSettings how, Pair pair, Shelf.Item to) {
        Path base = bases.get(pair.fromSha256());
        if (base == null || found.containsKey(pair)) {
            return;
        }
        var answer = new CompletableFuture<Found>();
        try {
            making.execute(() -> make(how, pair, base, to, answer));
            found.put(pair, answer);
        } catch (RejectedExecutionException e) {
            LOG.debug("too many deltas are being made", e);
        }
    }

    private void make(DeltaSettings how, Pair pair, Path base, Shelf.Item to, CompletableFuture<Found> answer) {
        String name = pair.fromSha256().substring(0, NAMED_DIGITS) + "-"
                + pair.toSha256().substring(0, NAMED_DIGITS);
        Path file = how.folder().resolve("delta-" + name);
        FileManifest whole = to.manifest();
        try (var writer = new DeltaWriter(how.level())) {
            long limit = (long) (whole.getSize() * how.largestShare());
            if (!writer.write(base, pair.fromSha256(), to.path(), whole, file, limit)) {
                Files.deleteIfExists(file);
                answer.complete(new None(
                        "the delta would be larger than " + limit + " of the file's " + whole.getSize() + " bytes"));
                return;
            }
            var delta = new Shelf.Item(file, FileDigests.of("delta/" + name, file));
            if (keep(pair, delta)) {
                answer.complete(new Ready(delta));
            } else {
                answer.complete(new None("the version that the delta starts from is not kept any more"));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("could not make the delta {} of {}: {}", name, whole.getName(), e.toString());
            answer.complete(new None("the delta could not be made: " + e.getMessage()));
            delete(file);
            synchronized (this) {
                found.remove(pair); // what failed once, such as for a full disk, may do later
            }
        }
    }

    private synchronized boolean keep(Pair pair, Shelf.Item delta) {
        if (!found.containsKey(pair)) {
            delete(delta.path());
            return false;
        }
        shelf.put(delta);
        return true;
    }

    /** Forgets the oldest bases, and the deltas that nobody can ask for any more or that lead to what is not the newest. */
    private void forgetOld(DeltaSettings how) {
        while (bases.size() > how.keptVersions() + 1) {
            Iterator<Path> oldest = bases.values().iterator();
            Path file = oldest.next();
            oldest.remove();
            delete(file);
        }
        found.entrySet().removeIf(entry -> {
            Pair pair = entry.getKey();
            boolean wanted = pair.toSha256().equals(newest) && bases.containsKey(pair.fromSha256());
            if (!wanted && entry.getValue().getNow(new None("")) instanceof Ready ready) {
                shelf.remove(ready.delta().manifest().getName());
                delete(ready.delta().path());
            }
            return !wanted;
        });
    }

    private static void link(Path link, Path file) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("{} is kept already", file, e);
        } catch (UnsupportedOperationException | IOException e) {
            LOG.debug("{} cannot be linked, it is copied", file, e);
            Files.copy(file, link);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", file, e.toString());
        }
    }
}
