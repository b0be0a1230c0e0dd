package io.troupe.actors.bench;

import io.troupe.actors.weights.FileDigests;
import io.troupe.actors.weights.WeightServer;
import io.troupe.actors.weights.WeightServerSettings;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Moves a version to several processes at once, by a plain loop and by {@link WeightServer} in turn, while small messages go between their actor systems.
 */
public final class WeightBench {

    static final String RUN = "bench";

    /** Ways to move a version. */
    public enum Way {
        /** File channel, socket, one buffer; nothing is checked or kept. */
        PLAIN,
        /** The same, written to a new file. */
        PLAIN_TO_FILE,
        /** As nodes do it. */
        WEIGHT_SERVER
    }

    /**
     * What to measure.
     *
     * @param size bytes of a version
     * @param receivers processes that receive at once
     * @param rounds measured rounds of each way
     * @param warmUp rounds before them
     * @param folder for all files; emptied at the end
     * @param digests whether SHA-256 is asked of what the announcer sends too
     * @param receiver the main class and the arguments that make a process a receiver
     */
    public record Plan(
            long size, int receivers, int rounds, int warmUp, Path folder, boolean digests, List<String> receiver) {}

    /**
     * What was measured.
     *
     * @param seconds for each way, from the first byte's order until the last receiver is done, a round
     * @param first the first transfer of all by the weight server: no space to write over yet, nothing compiled
     * @param idleNanos round trips of small messages while nothing is moved, ascending
     * @param busyNanos the same, while the weight server moves a version
     * @param senderPeakBytes the most memory that this process had
     * @param receiverPeakBytes the most memory that a receiver had
     * @param receiverPrivateBytes what of it, in the end, is not pages of files
     */
    public record Outcome(
            Map<Way, List<Double>> seconds,
            double first,
            List<Long> idleNanos,
            List<Long> busyNanos,
            long senderPeakBytes,
            long receiverPeakBytes,
            long receiverPrivateBytes) {}

    private static final int IDLE_MILLIS = 2000;

    /** The plain loops need no more; a receiver of versions has all its space and pages after seven. */
    private static final int PLAIN_WARM_UP = 2;

    private final Plan plan;
    private final List<ReceiverProcess> receivers = new ArrayList<>();
    private final Map<Way, List<Double>> seconds = new EnumMap<>(Way.class);
    private long version;

    private WeightBench(Plan plan) {
        this.plan = plan;
    }

    /** Measures. */
    public static Outcome run(Plan plan) throws IOException, InterruptedException {
        Path file = version(plan);
        FileManifest manifest = FileDigests.of("version/0", file);
        var bench = new WeightBench(plan);
        try (WeightServer server = WeightServer.start(
                WeightServerSettings.on("127.0.0.1", 0),
                RunStamp.newBuilder().setRunId(RUN).build(),
                null,
                System::nanoTime)) {
            return bench.measure(file, manifest, server);
        } finally {
            for (ReceiverProcess receiver : bench.receivers) {
                receiver.close();
            }
        }
    }

    private Outcome measure(Path file, FileManifest manifest, WeightServer server)
            throws IOException, InterruptedException {
        for (int i = 0; i < plan.receivers(); i++) {
            receivers.add(
                    new ReceiverProcess(plan.receiver(), plan.folder().resolve("receiver-" + (i + 1)), plan.digests()));
        }
        var notes = new RoundTrips.Notes();
        ActorSystem<String> system = RoundTrips.start(
                "sender",
                notes.asking(receivers.stream().map(ReceiverProcess::echo).toList()));
        try {
            double first = 0;
            for (int round = -plan.warmUp(); round < plan.rounds(); round++) {
                for (Way way : round < -PLAIN_WARM_UP ? List.of(Way.WEIGHT_SERVER) : List.of(Way.values())) {
                    notes.phase(round < 0 ? "warm-up" : way.name());
                    double took = way == Way.WEIGHT_SERVER ? served(file, manifest, server) : plain(file, way);
                    notes.phase("between");
                    first = version == 1 && way == Way.WEIGHT_SERVER ? took : first;
                    if (round >= 0) {
                        seconds.computeIfAbsent(way, any -> new ArrayList<>()).add(took);
                    }
                }
            }
            notes.phase("idle");
            TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
            return outcome(first, notes);
        } finally {
            system.terminate();
        }
    }

    private Outcome outcome(double first, RoundTrips.Notes notes) throws IOException {
        long peak = 0;
        long own = 0;
        for (ReceiverProcess receiver : receivers) {
            receiver.tell("memory");
            String[] said = receiver.answer().split(" ", -1);
            peak = Math.max(peak, Long.parseLong(said[0]));
            own = Math.max(own, Long.parseLong(said[1]));
        }
        return new Outcome(
                seconds,
                first,
                notes.of("idle"),
                notes.of(Way.WEIGHT_SERVER.name()),
                Residency.now().peakBytes(),
                peak,
                own);
    }

    private double plain(Path file, Way way) throws IOException {
        String verb = way == Way.PLAIN ? "plain " : "file ";
        ExecutorService threads = Executors.newFixedThreadPool(receivers.size());
        var listening = new ArrayList<ServerSocketChannel>();
        try {
            var sending = new ArrayList<CompletableFuture<Void>>();
            long start = System.nanoTime();
            for (ReceiverProcess receiver : receivers) {
                ServerSocketChannel at = PlainLoop.listening();
                listening.add(at);
                sending.add(CompletableFuture.runAsync(() -> send(at, file), threads));
                receiver.tell(verb + at.socket().getLocalPort() + " " + plan.size());
            }
            double took = awaitAll(start);
            CompletableFuture.allOf(sending.toArray(CompletableFuture[]::new)).join();
            return took;
        } finally {
            for (ServerSocketChannel each : listening) {
                each.close();
            }
            threads.shutdownNow();
        }
    }

    private double served(Path file, FileManifest manifest, WeightServer server) throws IOException {
        FileManifest named = manifest.toBuilder().setName("version/" + version).build();
        server.serve(named, file);
        server.withdraw(version - 1);
        PolicyVersion policy = PolicyVersion.newBuilder()
                .setVersion(version)
                .setWeights(FileDigests.announced(named, server.address()))
                .build();
        String order = "fetch " + Base64.getEncoder().encodeToString(policy.toByteArray());
        version++;
        long start = System.nanoTime();
        for (ReceiverProcess receiver : receivers) {
            receiver.tell(order);
        }
        return awaitAll(start);
    }

    private double awaitAll(long start) throws IOException {
        for (ReceiverProcess receiver : receivers) {
            receiver.answer();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static void send(ServerSocketChannel listening, Path file) {
        try {
            PlainLoop.send(listening, file);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** A file that no compression along the way can make smaller. */
    private static Path version(Plan plan) throws IOException {
        Files.createDirectories(plan.folder());
        Path file = plan.folder().resolve("version.bin");
        var random = new SplittableRandom(1);
        byte[] bytes = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = plan.size(); left > 0; left -= bytes.length) {
                random.nextBytes(bytes);
                out.write(bytes, 0, (int) Math.min(bytes.length, left));
            }
        }
        return file;
    }
}
