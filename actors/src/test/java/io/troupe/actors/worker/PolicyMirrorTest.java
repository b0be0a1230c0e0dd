package io.troupe.actors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.learning.PolicyOutlet;
import io.troupe.actors.learning.PolicyServer;
import io.troupe.actors.weights.Fetched;
import io.troupe.actors.weights.WeightTransferException;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.PolicyProtocol.PolicyLoaded;
import io.troupe.actors.wire.PolicyProtocol.PolicyWanted;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.PolicyAnnounced;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's own policy server is the real one; what is fetched comes when a test lets it. */
class PolicyMirrorTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(2).build();
    private static final ActorTestKit TEST_KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("wire-test.conf")));
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());
    private static final Duration PULSE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private final RecordingJournal journal = new RecordingJournal();
    private final List<Long> fetched = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final TestProbe<PolicyProtocol.Command> upstream = TEST_KIT.createTestProbe();
    private final TestProbe<WorkerProtocol.Command> worker = TEST_KIT.createTestProbe();
    private final TestProbe<PolicyMirror.Unkept> owner = TEST_KIT.createTestProbe();
    private ActorRef<WorkerProtocol.Command> mirror;

    @BeforeEach
    void start() {
        ActorRef<PolicyProtocol.Command> local =
                TEST_KIT.spawn(PolicyServer.create(STAMP, PolicyOutlet.FILES, journal));
        local.tell(new PolicyWanted(
                Subscription.newBuilder()
                        .setStamp(STAMP)
                        .setWorker("node/worker-1")
                        .build(),
                worker.getRef()));
        mirror = TEST_KIT.spawn(PolicyMirror.create(
                STAMP, "node", upstream.getRef(), local, this::fetch, blocking, owner.getRef(), journal));
        PolicyWanted wanted = upstream.expectMessageClass(PolicyWanted.class);
        assertThat(wanted.subscription().getWorker()).isEqualTo("node");
        assertThat(wanted.replyTo()).isEqualTo(mirror);
    }

    @AfterEach
    void end() {
        TEST_KIT.stop(mirror);
        blocking.shutdownNow();
    }

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void whatIsAnnouncedIsFetchedAndThenAnnouncedToTheNodesOwnWorkers() {
        announce(3, "three");
        worker.expectNoMessage();
        outcomes.add("comes");

        assertThat(loaded()).isEqualTo(3);
        PolicyVersion here = announced();
        assertThat(here.getVersion()).isEqualTo(3);
        assertThat(here.getWeights().getUri())
                .isEqualTo(folder.resolve("v3").toUri().toString());
        assertThat(here.getWeights().getSha256()).isEqualTo("three");
    }

    @Test
    void ofWhatIsAnnouncedWhileItFetchesOnlyTheNewestCounts() {
        announce(1, "one");
        await().until(() -> fetched.contains(1L));
        announce(2, "two");
        announce(3, "three");
        announce(4, "four");
        outcomes.add("comes");
        outcomes.add("comes");

        assertThat(loaded()).isEqualTo(1);
        assertThat(loaded()).isEqualTo(4);
        assertThat(announced().getVersion()).isEqualTo(1);
        assertThat(announced().getVersion()).isEqualTo(4);
        assertThat(fetched).containsExactly(1L, 4L);
    }

    @Test
    void whatDoesNotComeIsAskedForAgainUntilItDoes() {
        announce(1, "one");
        for (int failure = 1; failure <= 3; failure++) {
            outcomes.add("is refused");
            String said = "version 1 could not be fetched (" + failure + " in a row): is refused; asking again";
            await().until(() -> journal.messages("weights").contains(said));
            upstream.expectNoMessage();
            TIME.timePasses(PULSE);
            upstream.expectMessageClass(PolicyWanted.class);
            announce(1, "one");
        }
        outcomes.add("comes");

        assertThat(loaded()).isEqualTo(1);
        assertThat(fetched).hasSize(4);
        TIME.timePasses(PULSE);
        upstream.expectNoMessage();
    }

    @Test
    void whatThereIsNoRoomForIsNotAskedForAgain() {
        announce(1, "one");
        outcomes.add("No space left on device");

        assertThat(owner.receiveMessage().failure()).hasMessage("No space left on device");
        owner.expectTerminated(mirror);
        assertThat(journal.messages("weights")).as("whoever is told says so").isEmpty();
    }

    @Test
    void aFailureIsForgottenWithTheNextVersionThatComes() {
        announce(1, "one");
        outcomes.add("is refused");
        await().until(() -> journal.messages("weights").size() == 1);
        announce(2, "two");
        outcomes.add("comes");
        assertThat(loaded()).isEqualTo(2);
        announce(3, "three");
        outcomes.add("is refused");

        await().untilAsserted(() -> assertThat(journal.messages("weights"))
                .last()
                .isEqualTo("version 3 could not be fetched (1 in a row): is refused; asking again"));
        TIME.timePasses(PULSE);
        upstream.expectMessageClass(PolicyWanted.class); // although it has one to sample with
    }

    @Test
    void anAnnouncementThatWasLostIsAskedFor() {
        for (int pulse = 0; pulse < 3; pulse++) {
            TIME.timePasses(PULSE);
            upstream.expectMessageClass(PolicyWanted.class);
        }
        announce(1, "one");
        outcomes.add("comes");
        loaded();

        TIME.timePasses(PULSE); // the fourth: it has one now
        upstream.expectNoMessage();
        TIME.timePasses(PULSE); // every fifth it asks whether there is a newer one
        upstream.expectMessageClass(PolicyWanted.class);
    }

    @Test
    void whatIsHereIsNotFetchedAgainUnlessItsBytesAreOthers() {
        announce(1, "one");
        outcomes.add("comes");
        loaded();
        announced();
        announce(1, "one");
        announce(2, "two");
        outcomes.add("comes");
        assertThat(loaded()).isEqualTo(2);
        assertThat(fetched).containsExactly(1L, 2L);

        announce(2, "another two");
        outcomes.add("comes");

        assertThat(loaded()).isEqualTo(2);
        assertThat(announced().getWeights().getSha256()).isEqualTo("two");
        assertThat(announced().getWeights().getSha256()).isEqualTo("another two");
    }

    @Test
    void whatAnotherEpochAnnouncesIsNothing() {
        mirror.tell(announcement(STAMP.toBuilder().setEpoch(1).build(), 9, "nine"));
        announce(1, "one");
        outcomes.add("comes");

        assertThat(loaded()).isEqualTo(1);
        assertThat(fetched).containsExactly(1L);
    }

    @Test
    void aFetchThatTakesLongIsSaidSo() {
        announce(1, "one");
        await().until(() -> fetched.contains(1L));
        for (int second = 0; second < 19; second++) {
            TIME.timePasses(PULSE);
        }
        await().untilAsserted(() ->
                assertThat(journal.messages("weights")).containsExactly("version 1 is being fetched for 10 s"));
        TIME.timePasses(PULSE);
        await().untilAsserted(() ->
                assertThat(journal.messages("weights")).last().isEqualTo("version 1 is being fetched for 20 s"));
        upstream.expectNoMessage(); // it is asked already
    }

    private Fetched fetch(PolicyVersion version) throws IOException, InterruptedException {
        fetched.add(version.getVersion());
        String outcome = outcomes.take();
        if (outcome.startsWith("No space")) {
            throw new WeightTransferException(WeightTransferException.Kind.DISK, outcome);
        }
        if (!outcome.equals("comes")) {
            throw new IOException(outcome);
        }
        Path file = Files.write(folder.resolve("v" + version.getVersion()), new byte[1]);
        return new Fetched(file, FileManifest.getDefaultInstance(), 1, 0, false, Duration.ZERO);
    }

    private void announce(long version, String digest) {
        mirror.tell(announcement(STAMP, version, digest));
    }

    private static PolicyAnnounced announcement(RunStamp stamp, long version, String digest) {
        PolicyVersion.Builder policy = PolicyVersion.newBuilder().setVersion(version);
        policy.getWeightsBuilder().setUri("weights://elsewhere/v" + version).setSha256(digest);
        return new PolicyAnnounced(
                Announcement.newBuilder().setStamp(stamp).setPolicy(policy).build());
    }

    private long loaded() {
        PolicyLoaded message = upstream.expectMessageClass(PolicyLoaded.class);
        assertThat(message.loaded().getWorker()).isEqualTo("node");
        return message.loaded().getVersion();
    }

    private PolicyVersion announced() {
        return worker.expectMessageClass(PolicyAnnounced.class).announcement().getPolicy();
    }
}
