package io.troupe.actors.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.learning.PolicyServer.Publish;
import io.troupe.actors.learning.PolicyServer.Published;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.PolicyProtocol.PolicyLoaded;
import io.troupe.actors.wire.PolicyProtocol.PolicyWanted;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.PolicyAnnounced;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.Loaded;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyServerTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(2).build();
    private static final ActorTestKit TEST_KIT = ActorTestKit.create(ConfigFactory.load("wire-test.conf"));

    @TempDir
    Path folder;

    private final TestProbe<Published> published = TEST_KIT.createTestProbe();
    private ActorRef<PolicyProtocol.Command> server;

    @BeforeEach
    void start() {
        server = TEST_KIT.spawn(PolicyServer.create(STAMP, PolicyOutlet.FILES, new RecordingJournal()));
    }

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void whoSubscribesGetsTheCurrentVersionAndThoseThatFollow() throws IOException {
        publish(4);
        TestProbe<WorkerProtocol.Command> worker = subscribe("w", STAMP);
        assertThat(announced(worker)).isEqualTo(4);

        publish(5);

        assertThat(announced(worker)).isEqualTo(5);
    }

    @Test
    void aGhostGetsNothing() throws IOException {
        publish(4);
        TestProbe<WorkerProtocol.Command> ghost =
                subscribe("ghost", STAMP.toBuilder().setEpoch(1).build());

        ghost.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void filesAreDeletedWhenNoWorkerNeedsThemButForTheFirst() throws IOException {
        Path initial = publish(0);
        Path first = publish(1);
        TestProbe<WorkerProtocol.Command> slow = subscribe("slow", STAMP);
        TestProbe<WorkerProtocol.Command> fast = subscribe("fast", STAMP);
        loaded("slow", 1);
        loaded("fast", 1);
        Path second = publish(2);
        Path third = publish(3);
        loaded("fast", 3);
        announced(slow);
        announced(fast);
        assertThat(first).exists();
        assertThat(second).exists();

        loaded("slow", 3);

        await().until(() -> !Files.exists(first) && !Files.exists(second));
        assertThat(initial).exists();
        assertThat(third).exists();
    }

    @Test
    void aWorkerThatIsGoneNeedsNothing() throws IOException {
        Path first = publish(1);
        TestProbe<WorkerProtocol.Command> worker = subscribe("w", STAMP);
        publish(2);
        assertThat(first).exists();

        worker.stop();

        await().until(() -> !Files.exists(first));
    }

    private Path publish(long version) throws IOException {
        Path file = Files.createFile(folder.resolve("v" + version));
        server.tell(new Publish(
                new VersionFile(
                        PolicyVersion.newBuilder().setVersion(version).build(),
                        file,
                        FileManifest.getDefaultInstance()),
                published.getRef()));
        assertThat(published.receiveMessage().version()).isEqualTo(version);
        return file;
    }

    private TestProbe<WorkerProtocol.Command> subscribe(String name, RunStamp stamp) {
        TestProbe<WorkerProtocol.Command> worker = TEST_KIT.createTestProbe();
        server.tell(new PolicyWanted(
                Subscription.newBuilder().setStamp(stamp).setWorker(name).build(), worker.getRef()));
        return worker;
    }

    private void loaded(String worker, long version) {
        server.tell(new PolicyLoaded(Loaded.newBuilder()
                .setStamp(STAMP)
                .setWorker(worker)
                .setVersion(version)
                .build()));
    }

    private static long announced(TestProbe<WorkerProtocol.Command> worker) {
        return worker.expectMessageClass(PolicyAnnounced.class)
                .announcement()
                .getPolicy()
                .getVersion();
    }
}
