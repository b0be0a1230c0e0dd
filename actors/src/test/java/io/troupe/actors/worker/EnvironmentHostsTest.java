package io.troupe.actors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentFailed;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentOpened;
import io.troupe.actors.wire.WorkerProtocol.EnvironmentStepped;
import io.troupe.actors.wire.WorkerProtocol.WholeGroupJudged;
import io.troupe.proto.v1.CloseSession;
import io.troupe.proto.v1.GroupMember;
import io.troupe.proto.v1.JudgeGroup;
import io.troupe.proto.v1.OpenSession;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.OverdueSession;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.StepSession;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.TruncateSession;
import io.troupe.proto.v1.Verdict;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.wire.VerifierProtos;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentHostsTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create(ConfigFactory.load("wire-test.conf"));

    @TempDir
    static Path plugins;

    private static URLClassLoader loader;
    private static TaskFamilies families;

    private final RecordingJournal journal = new RecordingJournal();
    private final TestProbe<WorkerProtocol.Command> worker = TEST_KIT.createTestProbe();
    private final Map<Long, EnvironmentFailed> failures = new HashMap<>();
    private ActorRef<EnvironmentProtocol.Command> hosts;

    @BeforeAll
    static void load() throws IOException {
        Path services = Files.createDirectories(plugins.resolve("META-INF/services"));
        Files.writeString(
                services.resolve("io.troupe.verifier.TaskFamily"),
                UnrulyFamily.class.getName() + "\n" + WaitingFamily.class.getName());
        loader = new URLClassLoader(new URL[] {plugins.toUri().toURL()}, EnvironmentHostsTest.class.getClassLoader());
        families = TaskFamilies.load(loader);
    }

    @AfterAll
    static void stop() throws IOException {
        TEST_KIT.shutdownTestKit();
        loader.close();
    }

    @BeforeEach
    void start() {
        hosts = TEST_KIT.spawn(EnvironmentHosts.create(
                families, 2, DispatcherSelector.fromConfig("test-verifier-dispatcher"), journal));
    }

    @Test
    void aSessionIsOpenedPlayedAndJudged() {
        EnvironmentOpened opened = open(1);
        assertThat(opened.opened().getConversation(0).getContent()).isEqualTo("go on");

        step(1, "wait");
        assertThat(stepped(1).stepped().getObservation().getMessages(0).getContent())
                .isEqualTo("and then?");
        step(1, "right");
        assertThat(stepped(1).stepped().getVerdict().getOutcome()).isEqualTo(Outcome.OUTCOME_CORRECT);
        close(1);
    }

    @Test
    void answersToTurnsAreHeldBackWithoutHoldingUpTheHost() {
        var latency = new EnvironmentLatency(Duration.ofMillis(400), 0, 1);
        hosts = TEST_KIT.spawn(EnvironmentHosts.create(
                families, 1, DispatcherSelector.fromConfig("test-verifier-dispatcher"), latency, journal));
        open(1);
        open(2);
        long start = System.nanoTime();
        step(1, "wait");
        step(2, "wait");
        worker.expectNoMessage(Duration.ofMillis(250));
        stepped(1);
        stepped(2);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(400), Duration.ofMillis(750));
    }

    @Test
    void aWholeGroupIsJudgedByItsFamily() {
        assertThat(open(1).opened().getJudgedTogether()).isTrue();
        var key = SessionKey.newBuilder().setGroup(1).setTrajectory(2).build();
        Verdict own = Verdict.newBuilder().setOutcome(Outcome.OUTCOME_CORRECT).build();
        hosts.tell(new EnvironmentProtocol.Judge(
                JudgeGroup.newBuilder()
                        .setSession(key)
                        .setTask(task(1))
                        .addMembers(GroupMember.newBuilder().setVerdict(own).setTokens(2))
                        .addMembers(GroupMember.newBuilder().setVerdict(own).setTokens(4))
                        .build(),
                worker.getRef()));
        WholeGroupJudged judged = worker.expectMessageClass(WholeGroupJudged.class);
        assertThat(judged.judged().getSession()).isEqualTo(key);
        assertThat(judged.judged().getVerdictsList())
                .extracting(Verdict::getReward)
                .containsExactly(0.5, 0.25);

        hosts.tell(new EnvironmentProtocol.Judge(
                JudgeGroup.newBuilder().setSession(key).setTask(task(1)).build(), worker.getRef()));
        assertThat(worker.expectMessageClass(EnvironmentFailed.class).failed().getReason())
                .contains("nobody to judge");
    }

    @Test
    void aTruncatedSessionIsJudgedByWhatThereIs() {
        open(1);
        hosts.tell(new EnvironmentProtocol.Truncate(
                TruncateSession.newBuilder()
                        .setSession(key(1))
                        .setReason("too long")
                        .build(),
                worker.getRef()));

        assertThat(stepped(1).stepped().getVerdict().getOutcome()).isEqualTo(Outcome.OUTCOME_NO_ANSWER);
    }

    @Test
    void anExceptionIsAFailureOfItsSessionAndNeverAReward() {
        open(1);
        open(3);
        step(1, "throw");

        assertThat(worker.expectMessageClass(EnvironmentFailed.class).failed().getReason())
                .isEqualTo("java.lang.IllegalStateException: as told");
        step(3, "right");
        stepped(3);
        assertThat(journal.messages("environment-host")).isEmpty();
    }

    @Test
    void aStackOverflowIsAFailureToo() {
        open(1);
        step(1, "recurse");

        assertThat(worker.expectMessageClass(EnvironmentFailed.class).failed().getReason())
                .startsWith("java.lang.StackOverflowError");
    }

    @Test
    void aStepWithoutASessionFails() {
        step(9, "right");

        assertThat(worker.expectMessageClass(EnvironmentFailed.class).failed().getReason())
                .isEqualTo("the session is not open");
    }

    @Test
    void aHostThatHangsIsReplacedAndItsOtherSessionsArePlayedAgain() throws Exception {
        open(2);
        open(4); // the same host: even groups
        open(1);
        UnrulyFamily.interrupted.drainPermits();
        step(2, "hang");
        assertThat(UnrulyFamily.hanging.tryAcquire(10, TimeUnit.SECONDS))
                .as("the call hangs")
                .isTrue();
        hosts.tell(new EnvironmentProtocol.Overdue(OverdueSession.newBuilder()
                .setSession(key(2))
                .setWaitedMillis(10_000)
                .build()));

        EnvironmentFailed other = failedOf(4);
        assertThat(other.failed().getReason()).contains("was replaced").contains("10000 ms");
        assertThat(UnrulyFamily.interrupted.tryAcquire(3, TimeUnit.SECONDS))
                .as("the hanging call is interrupted")
                .isTrue();
        assertThat(journal.messages("environment-host")).hasSize(1);

        failedOf(2); // the interrupted call's own, which comes too late for its worker to care
        open(6);
        step(6, "right");
        stepped(6);
        step(1, "right");
        stepped(1);
    }

    @Test
    void aSessionThatWaitsForOthersKeepsNobodyWaiting() throws Exception {
        openWaiting(2);
        openWaiting(4);
        open(6);
        UnrulyFamily.interrupted.drainPermits();
        UnrulyFamily.closed.drainPermits();
        step(2, "hang");
        assertThat(UnrulyFamily.hanging.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        step(4, "right");
        stepped(4);
        step(6, "right");
        stepped(6);
        close(4);
        assertThat(UnrulyFamily.closed.tryAcquire(3, TimeUnit.SECONDS))
                .as("the session is closed with its host")
                .isTrue();

        hosts.tell(new EnvironmentProtocol.Overdue(OverdueSession.newBuilder()
                .setSession(key(2))
                .setWaitedMillis(10_000)
                .build()));
        assertThat(UnrulyFamily.interrupted.tryAcquire(3, TimeUnit.SECONDS))
                .as("the hanging call is interrupted")
                .isTrue();
        failedOf(2);
        openWaiting(2);
        step(2, "right");
        stepped(2);
    }

    @Test
    void theSessionsOfAWorkerThatIsGoneAreClosed() throws Exception {
        open(1);
        UnrulyFamily.closed.drainPermits();
        worker.stop();

        assertThat(UnrulyFamily.closed.tryAcquire(3, TimeUnit.SECONDS)).isTrue();
    }

    /** The failure of one session; that of another may come before or after it. */
    private EnvironmentFailed failedOf(long group) {
        while (!failures.containsKey(group)) {
            EnvironmentFailed message = worker.expectMessageClass(EnvironmentFailed.class);
            failures.put(message.failed().getSession().getGroup(), message);
        }
        return failures.get(group);
    }

    private EnvironmentOpened open(long group) {
        hosts.tell(new EnvironmentProtocol.Open(
                OpenSession.newBuilder()
                        .setSession(key(group))
                        .setTask(task(group))
                        .build(),
                worker.getRef()));
        return worker.expectMessageClass(EnvironmentOpened.class);
    }

    private void openWaiting(long group) {
        Task task = VerifierProtos.toProto(families.get(WaitingFamily.ID).task(Split.TRAIN, 1, group, 1));
        hosts.tell(new EnvironmentProtocol.Open(
                OpenSession.newBuilder().setSession(key(group)).setTask(task).build(), worker.getRef()));
        worker.expectMessageClass(EnvironmentOpened.class);
    }

    private static Task task(long group) {
        return VerifierProtos.toProto(families.get(UnrulyFamily.ID).task(Split.TRAIN, 1, group, 1));
    }

    private void step(long group, String action) {
        hosts.tell(new EnvironmentProtocol.Step(
                StepSession.newBuilder()
                        .setSession(key(group))
                        .setAction(action)
                        .build(),
                worker.getRef()));
    }

    private void close(long group) {
        hosts.tell(new EnvironmentProtocol.Close(
                CloseSession.newBuilder().setSession(key(group)).build()));
    }

    private EnvironmentStepped stepped(long group) {
        EnvironmentStepped message = worker.expectMessageClass(EnvironmentStepped.class);
        assertThat(message.stepped().getSession()).isEqualTo(key(group));
        return message;
    }

    private static SessionKey key(long group) {
        return SessionKey.newBuilder().setGroup(group).setAttempt(1).build();
    }
}
