package io.troupe.actors.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RefusalKind;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Malformed, truncated, oversized, replayed and foreign messages at a weight server's port; {@code -Dtroupe.fuzz.messages=1000000} sends a million. */
class HostileMessagesIT {

    private static final long MESSAGES = Long.getLong("troupe.fuzz.messages", 6_000);
    private static final long SEED = Long.getLong("troupe.fuzz.seed", 1);
    private static final int SENDERS = 4;
    private static final int SIZE = 1500;
    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(3).build();

    @TempDir
    Path folder;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    @Test
    void noMessageCrashesItGrowsItOrChangesWhatItServes() throws Exception {
        var settings = new WeightServerSettings(
                "127.0.0.1", 0, "127.0.0.1", 32, 4, Duration.ofSeconds(10), Duration.ofSeconds(10));
        var deltas = new DeltaSettings(folder.resolve("deltas"), 2, 1, 0.9, Duration.ofSeconds(5));
        try (WeightServer server = WeightServer.start(settings, STAMP, null, deltas, System::nanoTime)) {
            server.serve(0, file("v0", 0));
            FileManifest manifest = server.serve(1, file("v1", 1));
            var messages = new HostileMessages(STAMP, manifest.getSha256(), SEED);
            send(server.address(), messages, MESSAGES / 10); // classes are loaded, buffers made
            int files = server.servedFiles();
            long heap = usedHeap();
            long direct = directBytes();
            send(server.address(), messages, MESSAGES);

            await().atMost(Duration.ofSeconds(20)).until(() -> handlers(server) == 0);
            assertThat(usedHeap() - heap).as("bytes that the heap has grown by").isLessThan(8 << 20);
            assertThat(directBytes() - direct).as("bytes outside the heap").isLessThan(8 << 20);
            assertThat(server.servedFiles()).isEqualTo(files);
            assertThat(server.holders(1)).isEmpty();
            TransferCounts counts = server.counts();
            assertThat(counts.timeouts()).isZero();
            for (RefusalKind kind : List.of(
                    RefusalKind.REFUSAL_KIND_MALFORMED,
                    RefusalKind.REFUSAL_KIND_PROTOCOL,
                    RefusalKind.REFUSAL_KIND_RUN,
                    RefusalKind.REFUSAL_KIND_ABSENT,
                    RefusalKind.REFUSAL_KIND_IMPOSSIBLE,
                    RefusalKind.REFUSAL_KIND_NO_DELTA)) {
                assertThat(counts.refused(kind)).as(kind.name()).isGreaterThan(MESSAGES / 1000);
            }
            assertThat(counts.refused(RefusalKind.REFUSAL_KIND_FAILED)).isZero();
            assertThat(answers.get()).isGreaterThan(MESSAGES * 3 / 10);
            try (var fetcher = fetcher()) {
                var policy = PolicyVersion.newBuilder()
                        .setVersion(1)
                        .setWeights(FileDigests.announced(manifest, server.address()))
                        .build();
                assertThat(fetcher.fetch(policy).file()).hasSameBinaryContentAs(folder.resolve("v1"));
            }
            System.out.printf(
                    "%d messages, %d answers, %d connections cut, heap %+d, outside the heap %+d bytes, %s%n",
                    MESSAGES, answers.get(), refused.get(), usedHeap() - heap, directBytes() - direct, counts);
        }
    }

    private void send(Endpoint to, HostileMessages messages, long count) throws Exception {
        long end = next.get() + count;
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            var sending = new ArrayList<Future<?>>();
            for (int i = 0; i < SENDERS; i++) {
                sending.add(senders.submit(() -> {
                    for (long number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
                        send(to, messages.get(number), number % 2 == 0);
                    }
                    return null;
                }));
            }
            for (Future<?> each : sending) {
                each.get();
            }
        } finally {
            senders.shutdownNow();
        }
        next.set(end);
    }

    /** @param patient whether an answer is waited for; who is not resets the connection */
    private void send(Endpoint to, byte[] message, boolean patient) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), to.port())) {
            socket.getOutputStream().write(message);
            if (patient) {
                socket.shutdownOutput();
                socket.setSoTimeout(20_000);
                InputStream in = socket.getInputStream();
                int read = in.read(new byte[4096]);
                answers.addAndGet(read > 0 ? 1 : 0);
            } else {
                socket.setSoLinger(true, 0);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            refused.incrementAndGet(); // the server closed while bytes that are no message were still on their way
        }
    }

    private static long handlers(WeightServer server) {
        String prefix = "weight-server-" + server.address().port() + "-";
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith(prefix))
                .filter(thread -> List.of(thread.getValue()).stream()
                        .anyMatch(frame -> frame.getMethodName().equals("converse")))
                .count();
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private Path file(String name, long seed) throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    private WeightFetcher fetcher() {
        return new WeightFetcher(
                folder.resolve("w"), FetchSettings.of("w"), STAMP, null, null, FetchObserver.NONE, System::nanoTime);
    }
}
