package io.troupe.actors.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.weights.WeightTransferException.Kind;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RefusalKind;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
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

class DeltaTransferTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(1).build();
    private static final int SIZE = 9_000_000;

    @TempDir
    Path folder;

    private final List<String> noted = new ArrayList<>();
    private final FetchObserver observer = new FetchObserver() {
        @Override
        public void noted(String what) {
            noted.add(what);
        }
    };
    private final List<Path> files = new ArrayList<>();
    private WeightServer server;

    @BeforeEach
    void fiveVersions() throws IOException {
        server = server(deltas("made"));
        byte[] bytes = new byte[SIZE];
        var random = new Random(1);
        random.nextBytes(bytes);
        for (int version = 0; version < 5; version++) {
            files.add(Files.write(folder.resolve("v" + version), bytes));
            for (int i = 0; i < SIZE / 200; i++) {
                bytes[2 * random.nextInt(SIZE / 2)] ^= (byte) 1;
            }
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theNextVersionIsMadeFromTheOneBefore() throws Exception {
        try (var fetcher = fetcher("w", null)) {
            fetcher.fetch(served(0));
            Fetched next = fetcher.fetch(served(1));
            assertThat(next.delta()).isTrue();
            assertThat(next.file()).hasSameBinaryContentAs(files.get(1));
            assertThat(next.bytesReceived()).isBetween(1L, SIZE / 20L);
            assertThat(names("w")).as("the delta is gone").noneMatch(name -> name.contains("from-"));
        }
        assertThat(noted).isEmpty();
    }

    @Test
    void aWorkerThatMissesVersionsCatchesUpInOneStep() throws Exception {
        try (var fetcher = fetcher("w", null)) {
            fetcher.fetch(served(0));
            served(1);
            server.withdraw(0);
            Files.delete(files.get(0));
            served(2);
            Fetched third = fetcher.fetch(served(3));
            assertThat(third.delta()).isTrue();
            assertThat(third.file()).hasSameBinaryContentAs(files.get(3));
            assertThat(fetcher.newest()).isEqualTo(3);
        }
    }

    @Test
    void fromAVersionThatIsNotKeptAnyMoreTheWholeFileComes() throws Exception {
        try (var fetcher = fetcher("w", null)) {
            fetcher.fetch(served(0));
            served(1);
            served(2);
            served(3);
            Fetched fourth = fetcher.fetch(served(4));
            assertThat(fourth.delta()).isFalse();
            assertThat(fourth.file()).hasSameBinaryContentAs(files.get(4));
            assertThat(noted).singleElement().asString().contains("fetching it whole", "not kept here");
        }
        try (var kept = Files.list(folder.resolve("made"))) {
            assertThat(kept.filter(file -> file.getFileName().toString().startsWith("base-")))
                    .as("three before the newest")
                    .hasSize(4);
        }
    }

    @Test
    void whatHasNothingInCommonIsSentWhole() throws Exception {
        byte[] other = new byte[SIZE];
        new Random(7).nextBytes(other);
        files.set(1, Files.write(folder.resolve("other"), other));
        try (var fetcher = fetcher("w", null)) {
            fetcher.fetch(served(0));
            Fetched next = fetcher.fetch(served(1));
            assertThat(next.delta()).isFalse();
            assertThat(next.bytesReceived()).isEqualTo(SIZE);
            assertThat(noted).singleElement().asString().contains("would be larger than");
        }
        assertThat(server.counts().refused(RefusalKind.REFUSAL_KIND_NO_DELTA)).isEqualTo(1);
    }

    @Test
    void aBaseThatIsDamagedFallsBackToTheWholeFile() throws Exception {
        try (var fetcher = fetcher("w", null)) {
            Fetched first = fetcher.fetch(served(0));
            byte[] bytes = Files.readAllBytes(first.file());
            bytes[SIZE - 3] ^= 1;
            Files.write(first.file(), bytes);
            Fetched next = fetcher.fetch(served(1));
            assertThat(next.delta()).isFalse();
            assertThat(next.file()).hasSameBinaryContentAs(files.get(1));
            assertThat(next.resumedAt()).as("what the delta made well is kept").isEqualTo(2L * FileDigests.CHUNK_BYTES);
            assertThat(noted).singleElement().asString().contains("makes other bytes than were announced");
        }
    }

    @Test
    void anOlderVersionIsRefusedWithoutAskingAnybody() throws Exception {
        PolicyVersion older = served(0);
        try (var fetcher = fetcher("w", null)) {
            fetcher.fetch(served(1));
            long requests = server.counts().requests();
            assertThatThrownBy(() -> fetcher.fetch(older))
                    .isInstanceOfSatisfying(
                            WeightTransferException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.OUT_OF_ORDER));
            assertThat(server.counts().requests()).isEqualTo(requests);
        }
    }

    @Test
    void aTransferOfADeltaThatWasCutGoesOn() throws Exception {
        byte[] scattered = Files.readAllBytes(files.get(0));
        var random = new Random(3);
        for (int i = 0; i < SIZE / 2; i++) {
            scattered[random.nextInt(SIZE)] ^= (byte) random.nextInt(); // a delta of more than one chunk
        }
        files.set(1, Files.write(folder.resolve("scattered"), scattered));
        try (var fetcher = fetcher("w", null)) {
            fetcher.fetch(served(0));
            PolicyVersion next = served(1);
            try (var proxy = new CuttingProxy(server.address(), FileDigests.CHUNK_BYTES + 100_000)) {
                Fetched fetched = fetcher.fetch(from(next, proxy.address()));
                assertThat(fetched.delta()).isTrue();
                assertThat(fetched.file()).hasSameBinaryContentAs(files.get(1));
                assertThat(fetched.bytesReceived()).isLessThan(SIZE - FileDigests.CHUNK_BYTES);
                assertThat(noted).singleElement().asString().contains("broke off at byte");
            }
        }
    }

    @Test
    void whoHasFetchedADeltaServesItOn() throws Exception {
        try (WeightServer peer = server(null);
                var first = fetcher("a", peer);
                var second = fetcher("b", null)) {
            PolicyVersion zero = served(0);
            first.fetch(zero);
            second.fetch(zero);
            PolicyVersion one = served(1);
            first.fetch(one);
            Fetched fetched = second.fetch(from(one, peer.address()));
            assertThat(fetched.delta()).isTrue();
            assertThat(fetched.file()).hasSameBinaryContentAs(files.get(1));
            assertThat(peer.counts().bytes()).isEqualTo(fetched.bytesReceived());
        }
    }

    @Test
    void spaceThatNobodyReadsIsWrittenOverAndWhatComesIsStillVerified() throws Exception {
        try (var fetcher = new WeightFetcher(
                folder.resolve("w"), settings("w").withDeltas(false), STAMP, null, null, observer, System::nanoTime)) {
            Object firstKey = key(fetcher.fetch(served(0)).file());
            fetcher.fetch(served(1));
            fetcher.release(0);
            fetcher.fetch(served(2));
            Fetched third = fetcher.fetch(served(3));
            assertThat(key(third.file())).as("the first one's space").isEqualTo(firstKey);
            assertThat(third.file()).hasSameBinaryContentAs(files.get(3));
            Object secondKey = key(folder.resolve("w").resolve(names("w").get(0)));
            Fetched fourth = fetcher.fetch(served(4));
            assertThat(key(fourth.file()))
                    .as("version 1 was not released")
                    .isNotEqualTo(secondKey)
                    .isNotEqualTo(firstKey);
            assertThat(fourth.file()).hasSameBinaryContentAs(files.get(4));
            assertThat(names("w")).hasSize(2);
        }
    }

    @Test
    void whatTheOriginSendsIsHeldToItsChecksumsAndWhatOthersSendToDigests() throws Exception {
        FileManifest manifest = server.serve(0, files.get(0));
        byte[] bytes = Files.readAllBytes(files.get(0));
        bytes[5_000_000] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged"), bytes);
        try (WeightServer wrong = server(null);
                var fetcher = fetcher("w", null)) {
            wrong.serve(manifest, damaged);
            var announced = PolicyVersion.newBuilder()
                    .setVersion(0)
                    .setWeights(FileDigests.announced(manifest, wrong.address()))
                    .build();
            assertThatThrownBy(() -> fetcher.fetch(announced)).hasMessageContaining("sent other bytes");
            assertThatThrownBy(() -> fetcher.fetch(from(announced, wrong.address())))
                    .hasMessageContaining("sent other bytes");
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private List<String> names(String node) throws IOException {
        try (var listed = Files.list(folder.resolve(node))) {
            return listed.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private PolicyVersion served(int version) throws IOException {
        FileManifest manifest = server.serve(version, files.get(version));
        return PolicyVersion.newBuilder()
                .setVersion(version)
                .setWeights(FileDigests.announced(manifest, server.address()))
                .build();
    }

    /** The same announcement, with another source. */
    private static PolicyVersion from(PolicyVersion policy, Endpoint source) {
        var changed = policy.toBuilder();
        changed.getWeightsBuilder().clearSources().addSources(source.toString());
        if (!source.toString().equals(policy.getWeights().getOrigin())) {
            changed.getWeightsBuilder().clearOrigin();
        }
        return changed.build();
    }

    private DeltaSettings deltas(String name) {
        return new DeltaSettings(folder.resolve(name), 3, 1, 0.9, Duration.ofSeconds(30));
    }

    private static WeightServer server(DeltaSettings deltas) throws IOException {
        return WeightServer.start(WeightServerSettings.on("127.0.0.1", 0), STAMP, null, deltas, System::nanoTime);
    }

    private static FetchSettings settings(String node) {
        return new FetchSettings(
                node,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                3,
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                2);
    }

    private WeightFetcher fetcher(String node, WeightServer own) {
        return new WeightFetcher(folder.resolve(node), settings(node), STAMP, null, own, observer, System::nanoTime);
    }
}
