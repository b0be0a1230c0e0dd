package io.troupe.actors.weights;

import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the files of one run to its other nodes: the policy that it starts from, and versions of it. The learner's node has one; a worker's node that has
 * fetched a version serves it on with another, so that the learner's link is not the limit.
 *
 * <p>Life: {@link #start} listens; {@link #serve} and {@link #serveFolder} put files on the shelf, {@link #withdraw} takes them off (a transfer that has
 * begun goes on); {@link #close} cuts all connections. A request of another run, epoch or protocol is refused with a reason. Bytes that are no request are
 * counted, answered and cut off; nothing is allocated for them but {@value Frames#MAX_REQUEST} bytes. Nobody can hold a connection without moving:
 * every wait has a name and a time-out.
 *
 * <p>With {@link DeltaSettings} it makes deltas between the versions that it serves, and keeps the last few versions for that, also when they have been
 * withdrawn and deleted.
 *
 * <p>Thread-safe. Files on the shelf must not change; a new content needs a new {@link #serve}.
 */
public final class WeightServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WeightServer.class);
    private static final int BACKLOG = 128;
    private static final Duration WATCH_EVERY = Duration.ofMillis(100);
    private static final long CLOSE_SECONDS = 5;

    private final WeightServerSettings settings;
    private final ServerSocketChannel listening;
    private final int port;
    private final @Nullable SSLContext tls;
    private final Shelf shelf = new Shelf();
    private final Tally tally = new Tally();
    private final Deltas deltas;
    private final Desk desk;
    private final IdleWatch watch;
    private final ThreadPoolExecutor handlers;
    private final Thread accepting;

    private WeightServer(
            WeightServerSettings settings,
            ServerSocketChannel listening,
            RunStamp stamp,
            @Nullable SSLContext tls,
            @Nullable DeltaSettings making,
            LongSupplier nanoTime)
            throws IOException {
        this.settings = settings;
        this.listening = listening;
        this.tls = tls;
        port = ((InetSocketAddress) listening.getLocalAddress()).getPort();
        deltas = new Deltas(making, shelf, "weight-server-deltas-" + port);
        desk = new Desk(settings, shelf, deltas, tally, stamp, nanoTime);
        watch = new IdleWatch("weight-server-watch-" + port, WATCH_EVERY, nanoTime);
        var number = new AtomicInteger();
        handlers = new ThreadPoolExecutor(
                0, settings.connections(), 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    var thread = new Thread(task, "weight-server-" + port + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        accepting = new Thread(this::accept, "weight-server-accept-" + port);
        accepting.setDaemon(true);
    }

    /**
     * Listens.
     *
     * @param stamp the run and epoch to which the files belong
     * @param tls with it, both ends show certificates that the other's trust manager accepts; null for none
     * @param nanoTime a monotonic clock
     * @throws IOException if it cannot listen there; the message says where
     */
    public static WeightServer start(
            WeightServerSettings settings, RunStamp stamp, @Nullable SSLContext tls, LongSupplier nanoTime)
            throws IOException {
        return start(settings, stamp, tls, null, nanoTime);
    }

    /**
     * The same, making deltas between the versions that it serves.
     *
     * @param deltas how; null for none
     */
    public static WeightServer start(
            WeightServerSettings settings,
            RunStamp stamp,
            @Nullable SSLContext tls,
            @Nullable DeltaSettings deltas,
            LongSupplier nanoTime)
            throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()), BACKLOG);
            var server = new WeightServer(settings, listening, stamp, tls, deltas, nanoTime);
            server.accepting.start();
            return server;
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw new IOException(
                    "cannot serve weights on " + settings.host() + ":" + settings.port() + ": " + e.getMessage(), e);
        }
    }

    /** Where others reach it. */
    public Endpoint address() {
        return new Endpoint(settings.advertisedHost(), port);
    }

    /** From now on requests of this stamp are answered and those of the earlier one refused. The shelf stays as it is. */
    public void belongTo(RunStamp stamp) {
        desk.belongTo(stamp);
    }

    /**
     * Serves a version from now on.
     *
     * @param version its number
     * @param file its bytes; stays the caller's, and must stay until {@link #withdraw}
     * @return how it is checked, for the announcement
     */
    public FileManifest serve(long version, Path file) throws IOException {
        FileManifest manifest = FileDigests.of(VersionNames.of(version), file);
        serve(manifest, file);
        return manifest;
    }

    /** The same for a file that has been measured already: {@code manifest} must be its. */
    public void serve(FileManifest manifest, Path file) {
        var item = new Shelf.Item(file, manifest);
        shelf.put(item);
        if (VersionNames.isVersion(manifest.getName())) {
            deltas.served(item);
        }
    }

    /**
     * Serves a delta that was fetched elsewhere.
     *
     * @param fromSha256 the file that it starts from
     * @param toSha256 the file that it leads to
     * @param manifest the delta's
     * @param file its bytes; this server's from now on, which deletes it
     */
    void serveDelta(String fromSha256, String toSha256, FileManifest manifest, Path file) {
        deltas.offer(fromSha256, toSha256, new Shelf.Item(file, manifest));
    }

    /** Whether a transfer of a file goes on. */
    boolean isSending(Path file) {
        return shelf.isLent(file);
    }

    /** How many files can be had. */
    int servedFiles() {
        return shelf.size();
    }

    /** Serves a version no more. */
    public void withdraw(long version) {
        shelf.remove(VersionNames.of(version));
    }

    /**
     * Serves all plain files of a directory and those below it as {@code folder/…}.
     *
     * @param folder such as "policy"
     */
    public void serveFolder(String folder, Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walked = Files.walk(directory)) {
            files = walked.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String name = folder + "/" + directory.relativize(file).toString().replace('\\', '/');
            serve(FileDigests.of(name, file), file);
        }
    }

    /** Who, besides this server, has told that it serves a version. */
    public List<Endpoint> holders(long version) {
        return shelf.holders(VersionNames.of(version));
    }

    /** What it has done so far. */
    public TransferCounts counts() {
        return tally.counts();
    }

    /** Cuts all connections and stops listening. */
    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            LOG.warn("the weight server on port {} did not close in order", port, e);
        }
        handlers.shutdown();
        watch.close();
        deltas.close();
        try {
            if (!handlers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a connection of the weight server on port {} did not end within {} s", port, CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (listening.isOpen()) {
            SocketChannel channel;
            try {
                channel = listening.accept();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.error("the weight server on port {} cannot accept connections: {}", port, e.toString());
                if (!pauseAfterFailure()) {
                    return;
                }
                continue;
            }
            tally.connections.increment();
            try {
                handlers.execute(() -> converse(channel));
            } catch (RejectedExecutionException e) {
                tally.turnedAway.increment();
                closeQuietly(channel);
            }
        }
    }

    private void converse(SocketChannel channel) {
        try (Link link = link(channel)) {
            watch.add(link);
            try {
                desk.converse(link);
            } finally {
                watch.remove(link);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("a connection to the weight server on port {} ended: {}", port, e.toString());
        } finally {
            closeQuietly(channel);
        }
    }

    private Link link(SocketChannel channel) throws IOException {
        return Links.accepted(channel, tls);
    }

    /** Out of file handles, most likely: others must give some back first. */
    private boolean pauseAfterFailure() {
        try {
            TimeUnit.MILLISECONDS.sleep(WATCH_EVERY.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection failed", e);
        }
    }
}
