package io.troupe.actors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.CoordinatorProtocol.WorkDelivered;
import io.troupe.actors.wire.CoordinatorProtocol.WorkWanted;
import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.Command;
import io.troupe.proto.v1.Acknowledgement;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.SessionFailed;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.Verdict;
import io.troupe.proto.v1.Withdrawal;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker that is asked to leave, and one whose environments' host is gone. */
class LeavingWorkerTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(1).build();
    private static final ActorTestKit TEST_KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("wire-test.conf")));
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(3);

    private final TestProbe<CoordinatorProtocol.Command> coordinator = TEST_KIT.createTestProbe();
    private final TestProbe<PolicyProtocol.Command> policies = TEST_KIT.createTestProbe();
    private final TestProbe<EnvironmentProtocol.Command> environments = TEST_KIT.createTestProbe();
    private final AtomicReference<ScriptedSampler> sampler = new AtomicReference<>();
    private ActorRef<Command> worker;

    @BeforeEach
    void start() {
        worker = TEST_KIT.spawn(RolloutWorker.create(
                new WorkerSettings("w", STAMP, Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1), 10_000),
                new RolloutWorker.Peers(coordinator.getRef(), policies.getRef(), environments.getRef()),
                port -> {
                    sampler.set(new ScriptedSampler(port, 8));
                    return sampler.get();
                },
                System::nanoTime));
        assertThat(demand().getFreeSlots()).isEqualTo(8);
        worker.tell(new WorkerProtocol.PolicyAnnounced(Announcement.newBuilder()
                .setStamp(STAMP)
                .setPolicy(PolicyVersion.newBuilder().setVersion(3))
                .build()));
        await().until(() -> sampler.get().told.contains("load 3"));
    }

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void whoHoldsNothingLeavesAtOnce() {
        drain();

        assertThat(demand().getFreeSlots()).as("asks for nothing more").isZero();
        assertGone();
        assertThat(sampler.get().told).containsExactly("load 3", "close");
    }

    @Test
    void whatWasNotBegunIsHandedBackAtOnce() {
        worker.tell(grant(4, work(7))); // waits for version 4
        drain();

        assertHandedBack(7);
        assertThere();
        acknowledge(7);
        assertGone();
        assertThat(sampler.get().told).doesNotContain("accept 7");
    }

    @Test
    void whatIsBeingSampledIsFinishedAndDeliveredFirst() {
        SessionKey session = begin(5);
        drain();
        TIME.timePasses(PATIENCE.minusMillis(1));
        finish(session);

        assertThat(delivered().getGroup().getId()).isEqualTo(5);
        assertThere();
        acknowledge(5);
        assertGone();
        assertThat(sampler.get().told).doesNotContain("withdraw 5");
    }

    @Test
    void whatCannotBeFinishedInTimeIsHandedBack() {
        begin(5);
        drain();
        TIME.timePasses(PATIENCE.minusMillis(1));
        coordinator.fishForMessage(
                SOON,
                message ->
                        message instanceof WorkWanted wanted && wanted.demand().getFreeSlots() == 0
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore());
        coordinator.expectNoMessage(Duration.ofMillis(50));

        TIME.timePasses(Duration.ofMillis(1));

        assertHandedBack(5);
        assertThat(sampler.get().told).contains("withdraw 5");
        acknowledge(5);
        assertGone();
    }

    @Test
    void whoGetsNoAcknowledgementLeavesAWhileAfterwards() {
        begin(5);
        drain();
        TIME.timePasses(PATIENCE);
        assertHandedBack(5);

        TIME.timePasses(Duration.ofSeconds(5).minusMillis(1));
        assertThere();
        TIME.timePasses(Duration.ofMillis(1));
        assertGone();
    }

    @Test
    void aGrantThatWasOnItsWayIsHandedBack() {
        begin(5);
        drain();
        worker.tell(grant(3, work(6)));

        assertHandedBack(6);
        assertThat(sampler.get().told).doesNotContain("accept 6");
        acknowledge(6);
        assertThere();
    }

    @Test
    void aLeaseThatIsTakenBackNeedNotBeWaitedFor() {
        begin(5);
        drain();

        worker.tell(new WorkerProtocol.LeaseWithdrawn(
                Withdrawal.newBuilder().setLease(work(5).getLease()).build()));

        assertGone();
    }

    @Test
    void aSessionWhoseHostIsLostIsNoFailureOfItsEnvironment() {
        SessionKey session = begin(5);
        fail(session, true);
        await().until(() -> sampler.get().told.contains("lost 5: the verifier is gone"));
        fail(session, false);

        assertThat(delivered().getFailure()).startsWith("environment-failed");
        assertThat(sampler.get().told)
                .containsSubsequence("lost 5: the verifier is gone", "failed 5: the verifier is gone");
    }

    private SessionKey begin(long group) {
        worker.tell(grant(3, work(group)));
        return environments
                .expectMessageClass(EnvironmentProtocol.Open.class)
                .open()
                .getSession();
    }

    private void finish(SessionKey session) {
        worker.tell(new WorkerProtocol.EnvironmentOpened(
                SessionOpened.newBuilder().setSession(session).build()));
        worker.tell(new WorkerProtocol.EnvironmentStepped(SessionStepped.newBuilder()
                .setSession(session)
                .setVerdict(Verdict.newBuilder().setOutcome(Outcome.OUTCOME_CORRECT))
                .build()));
    }

    private void fail(SessionKey session, boolean hostLost) {
        worker.tell(new WorkerProtocol.EnvironmentFailed(SessionFailed.newBuilder()
                .setSession(session)
                .setReason("the verifier is gone")
                .setHostLost(hostLost)
                .build()));
    }

    private void drain() {
        worker.tell(new RolloutWorker.Drain(PATIENCE));
    }

    private void acknowledge(long group) {
        worker.tell(new WorkerProtocol.DeliveryAcknowledged(
                Acknowledgement.newBuilder().setLease(work(group).getLease()).build()));
    }

    private void assertHandedBack(long group) {
        WorkResult result = delivered();
        assertThat(result.getLease()).isEqualTo(work(group).getLease());
        assertThat(result.getFailure()).isEqualTo(CoordinatorProtocol.LEAVING);
    }

    private void assertGone() {
        coordinator.expectTerminated(worker, SOON);
    }

    /** It lives: it loads what is announced. */
    private void assertThere() {
        int before = sampler.get().told.size();
        worker.tell(new WorkerProtocol.PolicyAnnounced(Announcement.newBuilder()
                .setStamp(STAMP)
                .setPolicy(PolicyVersion.newBuilder().setVersion(100 + before))
                .build()));
        await().until(() -> sampler.get().told.contains("load " + (100 + before)));
    }

    private WorkResult delivered() {
        var seen = coordinator.fishForMessage(
                SOON,
                message -> message instanceof WorkDelivered
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        return ((WorkDelivered) seen.get(0)).delivery().getResult();
    }

    private Demand demand() {
        return coordinator.expectMessageClass(WorkWanted.class).demand();
    }

    private static WorkerProtocol.WorkGranted grant(long version, Work work) {
        return new WorkerProtocol.WorkGranted(
                Grant.newBuilder().setPolicyVersion(version).addWork(work).build());
    }

    private static Work work(long group) {
        return Work.newBuilder()
                .setLease(Lease.newBuilder().setStamp(STAMP).setGroupId(group).setAttempt(1))
                .setGroupSize(4)
                .build();
    }
}
