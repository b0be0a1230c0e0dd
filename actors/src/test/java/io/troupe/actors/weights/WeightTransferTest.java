package io.troupe.actors.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.weights.WeightTransferException.Kind;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RefusalKind;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightTransferTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(1).build();
    private static final int SIZE = 10_000_000;

    @TempDir
    Path folder;

    private final List<String> noted = new ArrayList<>();
    private final FetchObserver observer = new FetchObserver() {
        @Override
        public void noted(String what) {
            noted.add(what);
        }
    };
    private WeightServer server;

    @BeforeEach
    void start() throws IOException {
        server = server(4);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aVersionArrivesAsItIs() throws Exception {
        Path file = file("weights", 1);
        FileManifest manifest = server.serve(3, file);
        try (var fetcher = fetcher("w", STAMP, null)) {
            Fetched fetched = fetcher.fetch(version(3, manifest, server.address()));
            assertThat(fetched.file()).hasSameBinaryContentAs(file);
            assertThat(fetched.bytesReceived()).isEqualTo(SIZE);
            assertThat(fetcher.fetch(version(3, manifest)))
                    .as("no source is needed again")
                    .isSameAs(fetched);
        }
        try (var restarted = fetcher("w", STAMP, null)) {
            assertThat(restarted.fetch(version(3, manifest)).bytesReceived()).isZero();
        }
        assertThat(server.counts().bytes()).isEqualTo(SIZE);
    }

    @Test
    void aTransferThatWasCutGoesOnBehindTheLastWholeChunk() throws Exception {
        Path file = file("weights", 2);
        FileManifest manifest = server.serve(1, file);
        try (var proxy = new CuttingProxy(server.address(), 6_000_000);
                var fetcher = fetcher("w", STAMP, null)) {
            Fetched fetched = fetcher.fetch(version(1, manifest, proxy.address()));
            assertThat(fetched.file()).hasSameBinaryContentAs(file);
            assertThat(fetched.resumedAt()).isEqualTo(FileDigests.CHUNK_BYTES);
            assertThat(noted).singleElement().asString().contains("broke off at byte");
        }
    }

    @Test
    void bytesThatAreNotWhatWasAnnouncedNeverGetTheName() throws Exception {
        Path good = file("good", 3);
        FileManifest manifest = FileDigests.of("version/1", good);
        try (WeightServer wrong = server(4)) {
            wrong.serve(manifest, file("bad", 4));
            server.serve(manifest, good);
            try (var fetcher = fetcher("w", STAMP, null)) {
                assertThatThrownBy(() -> fetcher.fetch(version(1, manifest, wrong.address())))
                        .isInstanceOfSatisfying(
                                WeightTransferException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                        .hasMessageContaining("sent other bytes");
                assertThat(names()).noneMatch(name -> name.endsWith(".safetensors"));
                Fetched fetched = fetcher.fetch(version(1, manifest, wrong.address(), server.address()));
                assertThat(fetched.file()).hasSameBinaryContentAs(good);
            }
        }
    }

    @Test
    void anOlderVersionIsRefusedAndOneThatSkipsSomeIsTaken() throws Exception {
        FileManifest first = server.serve(1, file("1", 5));
        FileManifest fifth = server.serve(5, file("5", 6));
        try (var fetcher = fetcher("w", STAMP, null)) {
            fetcher.fetch(version(5, fifth, server.address()));
            assertThatThrownBy(() -> fetcher.fetch(version(1, first, server.address())))
                    .isInstanceOfSatisfying(
                            WeightTransferException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.OUT_OF_ORDER))
                    .hasMessage("version 1 is older than version 5, which is here");
        }
    }

    @Test
    void anotherRunAndAnotherEpochAreRefusedWithAReason() throws Exception {
        FileManifest manifest = server.serve(1, file("1", 7));
        try (var stranger = fetcher("s", STAMP.toBuilder().setRunId("other").build(), null);
                var ghost = fetcher("g", STAMP.toBuilder().setEpoch(7).build(), null)) {
            assertThatThrownBy(() -> stranger.fetch(version(1, manifest, server.address())))
                    .hasMessageContaining("this is not run 'other'");
            assertThatThrownBy(() -> ghost.fetch(version(1, manifest, server.address())))
                    .isInstanceOfSatisfying(
                            WeightTransferException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.FOREIGN))
                    .hasMessageContaining("epoch 7 of the run is not this one: 1");
        }
        assertThat(server.counts().refused(RefusalKind.REFUSAL_KIND_RUN)).isEqualTo(2);
    }

    @Test
    void whoHasFetchedAVersionServesItOn() throws Exception {
        Path file = file("weights", 8);
        FileManifest manifest = server.serve(2, file);
        try (WeightServer peer = server(4);
                var first = fetcher("a", STAMP, peer);
                var second = fetcher("b", STAMP, null)) {
            first.fetch(version(2, manifest, server.address()));
            assertThat(server.holders(2)).containsExactly(peer.address());
            server.withdraw(2);
            Fetched fetched = second.fetch(version(2, manifest, server.address(), peer.address()));
            assertThat(fetched.file()).hasSameBinaryContentAs(file);
            assertThat(peer.counts().bytes()).isEqualTo(SIZE);
        }
    }

    @Test
    void aFolderArrivesWithAllItsFiles() throws Exception {
        Path policy = Files.createDirectories(folder.resolve("policy/sub"));
        Files.writeString(policy.resolveSibling("config.json"), "{}");
        Files.writeString(policy.resolve("empty.txt"), "");
        server.serveFolder("policy", policy.getParent());
        try (var fetcher = fetcher("w", STAMP, null)) {
            fetcher.fetchFolder("policy", List.of(server.address()), folder.resolve("copy"));
        }
        assertThat(folder.resolve("copy/config.json")).hasContent("{}");
        assertThat(folder.resolve("copy/sub/empty.txt")).isEmptyFile();
    }

    @Test
    void bytesThatAreNoRequestAreCountedAndAnsweredAndCutOff() throws Exception {
        try (Socket socket = CuttingProxy.connect(server.address())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(200), StandardCharsets.UTF_8))
                    .contains("not the beginning of a message");
        }
        assertThat(server.counts().refused(RefusalKind.REFUSAL_KIND_MALFORMED)).isEqualTo(1);
    }

    @Test
    void whoStandsStillIsCutOff() throws Exception {
        try (Socket socket = CuttingProxy.connect(server.address())) {
            socket.getOutputStream().write('T');
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder.resolve("w"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static WeightServer server(int transfers) throws IOException {
        return WeightServer.start(
                new WeightServerSettings(
                        "127.0.0.1", 0, "127.0.0.1", 8, transfers, Duration.ofMillis(700), Duration.ofSeconds(5)),
                STAMP,
                null,
                System::nanoTime);
    }

    private WeightFetcher fetcher(String node, RunStamp stamp, WeightServer own) {
        var settings = new FetchSettings(
                node,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                3,
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                2);
        return new WeightFetcher(folder.resolve(node), settings, stamp, null, own, observer, System::nanoTime);
    }

    private static PolicyVersion version(long version, FileManifest manifest, Endpoint... sources) {
        var weights = FileDigests.announced(manifest);
        for (Endpoint source : sources) {
            weights.addSources(source.toString());
        }
        return PolicyVersion.newBuilder()
                .setVersion(version)
                .setWeights(weights)
                .build();
    }

    private Path file(String name, long seed) throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }
}
