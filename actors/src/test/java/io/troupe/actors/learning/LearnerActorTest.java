package io.troupe.actors.learning;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.coordinator.Coordinator.Accounts;
import io.troupe.actors.coordinator.Coordinator.Batch;
import io.troupe.actors.coordinator.Coordinator.BatchDone;
import io.troupe.actors.coordinator.Coordinator.BatchWanted;
import io.troupe.actors.coordinator.Coordinator.EndTraining;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.learning.LearnerActor.Ended;
import io.troupe.actors.learning.PolicyServer.Publish;
import io.troupe.actors.learning.PolicyServer.Published;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.learner.Learner;
import io.troupe.learner.checkpoint.Checkpoints;
import io.troupe.policy.BpeTrainer;
import io.troupe.policy.NewPolicy;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.LedgerState;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real learner of a tiny policy; the coordinator and the policy server are played. */
class LearnerActorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ActorTestKit TEST_KIT = ActorTestKit.create(ConfigFactory.load("wire-test.conf"));
    private static final TroupeSettings SETTINGS = new SettingsLoader()
            .set("rollout.group-size=4")
            .set("train.batch-groups=1")
            .load()
            .settings();

    @TempDir
    static Path home;

    private static Policy policy;

    @TempDir
    Path run;

    private final RecordingJournal journal = new RecordingJournal();
    private final TestProbe<CoordinatorProtocol.Command> coordinator = TEST_KIT.createTestProbe();
    private final TestProbe<PolicyProtocol.Command> policies = TEST_KIT.createTestProbe();
    private final TestProbe<Ended> node = TEST_KIT.createTestProbe();
    private final AtomicInteger asked = new AtomicInteger();
    private int fencedAt = Integer.MAX_VALUE;
    private ActorRef<LearnerActor.Command> learner;

    @BeforeAll
    static void createPolicy() throws IOException {
        new NewPolicy(new BpeTrainer.Settings(300, 2, 1e-3), 16, 32, 2, 2, 96, 3)
                .create(home.resolve("policy"), List.of("Say 1. Say 2. Say 3.", "one two three"));
        policy = Policy.openForTraining(
                home.resolve("policy"),
                SETTINGS.policy().arithmetic(),
                SETTINGS.train().lora().adapters(),
                SETTINGS.run().seed());
    }

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
        policy.close();
    }

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(run.resolve("trajectories"));
        RunStamp stamp = RunStamp.newBuilder().setRunId("run").setEpoch(1).build();
        learner = TEST_KIT.spawn(
                LearnerActor.create(
                        new LearnerActorSettings(
                                stamp,
                                1,
                                9,
                                1,
                                null,
                                SETTINGS.train().computeDevice(),
                                SETTINGS.weights().precision(),
                                run.resolve("policy"),
                                run.resolve("trajectories")),
                        new LearnerActor.Peers(coordinator.getRef(), policies.getRef(), node.getRef()),
                        new LearnerActor.Material(
                                manager -> new Learner(policy, SETTINGS.learner(), manager),
                                Checkpoints.open(run.resolve("checkpoints"), 3),
                                Optional.empty(),
                                this::fence),
                        journal,
                        Clock.systemUTC(),
                        System::nanoTime),
                DispatcherSelector.fromConfig("test-verifier-dispatcher"));
        published(0);
    }

    @Test
    void aBatchIsTrainedPublishedReportedAndSavedBeforeTheNextIsAskedFor() throws IOException {
        wanted().replyTo().tell(batch());
        published(1);
        BatchDone done = coordinator.expectMessageClass(BatchDone.class);
        assertThat(done.version()).isEqualTo(1);
        assertThat(done.skipped()).isNull();
        report(done);

        wanted();
        assertThat(checkpoints()).containsExactly("step-000001");
        assertThat(journal.steps())
                .singleElement()
                .satisfies(step -> assertThat(step.gradNorm()).isPositive());
    }

    @Test
    void aBatchThatComesAfterTheEndIsNotTrained() throws IOException {
        BatchWanted waiting = wanted();
        learner.tell(LearnerActor.Drain.INSTANCE);
        coordinator.expectMessageClass(EndTraining.class);
        Ended ended = node.receiveMessage();
        assertThat(ended.reason()).isEqualTo(LearnerActor.Reason.STOPPED);

        waiting.replyTo().tell(batch()); // it was on its way

        policies.expectNoMessage(Duration.ofMillis(200));
        coordinator.expectNoMessage(Duration.ofMillis(1));
        node.expectNoMessage(Duration.ofMillis(1));
        assertThat(asked).as("nothing was written").hasValue(0);
        assertThat(checkpoints()).isEmpty();
        TEST_KIT.stop(learner, PATIENCE); // it held the weights until now
    }

    @Test
    void anUpdateThatGoesOnIsFinishedAndSavedBeforeTheEnd() throws IOException {
        wanted().replyTo().tell(batch());
        published(1);
        learner.tell(LearnerActor.Drain.INSTANCE);
        report(coordinator.expectMessageClass(BatchDone.class));

        coordinator.expectMessageClass(EndTraining.class);
        assertThat(node.receiveMessage().last().version()).isEqualTo(1);
        assertThat(checkpoints()).containsExactly("step-000001");
    }

    @Test
    void whoeverLostTheRunBeforeAnUpdateWritesNothingOfIt() throws IOException {
        fencedAt = 1;
        wanted().replyTo().tell(batch());

        assertEndsWithoutATrace();
    }

    @Test
    void whoeverLostTheRunDuringAnUpdateWritesNothingOfIt() throws IOException {
        fencedAt = 2;
        wanted().replyTo().tell(batch());

        assertEndsWithoutATrace();
    }

    @Test
    void whoeverLostTheRunBeforeACheckpointDoesNotSaveIt() throws IOException {
        fencedAt = 3;
        wanted().replyTo().tell(batch());
        published(1);
        report(coordinator.expectMessageClass(BatchDone.class));

        coordinator.expectTerminated(learner, PATIENCE);
        assertThat(checkpoints()).isEmpty();
    }

    private void assertEndsWithoutATrace() throws IOException {
        coordinator.expectTerminated(learner, PATIENCE);
        policies.expectNoMessage(Duration.ofMillis(1));
        assertThat(checkpoints()).isEmpty();
        try (Stream<Path> files = Files.walk(run)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("000001"));
        }
    }

    private void fence() {
        if (asked.incrementAndGet() == fencedAt) {
            throw new IllegalStateException("the run is another's");
        }
    }

    private BatchWanted wanted() {
        return coordinator.expectMessageClass(BatchWanted.class, PATIENCE);
    }

    private void published(long version) {
        Publish publish = policies.expectMessageClass(Publish.class, PATIENCE);
        assertThat(publish.version().version()).isEqualTo(version);
        publish.replyTo().tell(new Published(version));
    }

    private static void report(BatchDone done) {
        done.replyTo()
                .tell(new Accounts(
                        LedgerState.newBuilder().setTrained(1).setCursor(1).build(), new TreeMap<>(), 16, 0));
    }

    private List<String> checkpoints() throws IOException {
        try (Stream<Path> steps = Files.list(run.resolve("checkpoints"))) {
            return steps.map(step -> step.getFileName().toString()).sorted().toList();
        }
    }

    private static Batch batch() {
        Group.Builder group = Group.newBuilder().setId(0).setTemperature(1);
        for (int i = 0; i < 4; i++) {
            Segment.Builder sampled = Segment.newBuilder().setSource(Source.SOURCE_POLICY);
            for (int token = 0; token < 4; token++) {
                sampled.addTokenIds(20 + i + token).addLogProbabilities(-5.5f).addPolicyVersions(0);
            }
            group.addTrajectories(Trajectory.newBuilder()
                    .setIndex(i)
                    .addSegments(Segment.newBuilder()
                            .setSource(Source.SOURCE_PROMPT)
                            .addTokenIds(7)
                            .addTokenIds(8))
                    .addSegments(sampled)
                    .setTurns(1)
                    .setVerdict(Verdict.newBuilder()
                            .setOutcome(i == 0 ? Outcome.OUTCOME_CORRECT : Outcome.OUTCOME_WRONG)
                            .setReward(i == 0 ? 1 : 0)));
        }
        return new Batch(List.of(group.build()));
    }
}
