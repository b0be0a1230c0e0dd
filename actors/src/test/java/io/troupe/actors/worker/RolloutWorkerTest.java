package io.troupe.actors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.CoordinatorProtocol.WorkDelivered;
import io.troupe.actors.wire.CoordinatorProtocol.WorkWanted;
import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.PolicyProtocol;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.Command;
import io.troupe.proto.v1.Acknowledgement;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.Verdict;
import io.troupe.proto.v1.Withdrawal;
import io.troupe.proto.v1.Work;
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

class RolloutWorkerTest {

    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(1).build();
    private static final ActorTestKit TEST_KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("wire-test.conf")));
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());
    private static final Duration PULSE = Duration.ofSeconds(1);

    private final TestProbe<CoordinatorProtocol.Command> coordinator = TEST_KIT.createTestProbe();
    private final TestProbe<PolicyProtocol.Command> policies = TEST_KIT.createTestProbe();
    private final TestProbe<EnvironmentProtocol.Command> environments = TEST_KIT.createTestProbe();
    private final AtomicReference<ScriptedSampler> sampler = new AtomicReference<>();
    private ActorRef<Command> worker;

    @BeforeEach
    void start() {
        worker = TEST_KIT.spawn(RolloutWorker.create(
                new WorkerSettings("w", STAMP, Duration.ofSeconds(10), PULSE, Duration.ZERO, 10_000),
                new RolloutWorker.Peers(coordinator.getRef(), policies.getRef(), environments.getRef()),
                port -> {
                    sampler.set(new ScriptedSampler(port, 8));
                    return sampler.get();
                },
                System::nanoTime));
        policies.expectMessageClass(PolicyProtocol.PolicyWanted.class);
        assertThat(demand().getFreeSlots()).isEqualTo(8);
    }

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void workWaitsForTheVersionThatItsGrantNames() {
        announce(3);
        loaded(3);
        worker.tell(grant(4, false, work(7)));
        TIME.timePasses(PULSE);
        assertThat(demand().getFreeSlots()).as("held work is not room").isEqualTo(4);
        assertThat(sampler.get().told).containsExactly("load 3");

        announce(4);
        loaded(4);

        environments.expectMessageClass(EnvironmentProtocol.Open.class);
        assertThat(sampler.get().told).containsExactly("load 3", "load 4", "accept 7");
    }

    @Test
    void anEvaluationWaitsForExactlyItsVersion() {
        announce(9);
        loaded(9);
        worker.tell(grant(0, true, work(-1)));
        announce(0);
        loaded(0);

        environments.expectMessageClass(EnvironmentProtocol.Open.class);
        assertThat(sampler.get().told).containsExactly("load 9", "load 0", "accept -1");
    }

    @Test
    void aResultIsSentUntilItIsAcknowledged() {
        WorkDelivered first = play(5);
        TIME.timePasses(PULSE);
        assertThat(delivery().delivery()).isEqualTo(first.delivery());

        worker.tell(new WorkerProtocol.DeliveryAcknowledged(Acknowledgement.newBuilder()
                .setLease(first.delivery().getResult().getLease())
                .setTaken(true)
                .build()));
        TIME.timePasses(PULSE);
        await().until(() -> demand().getHeldCount() == 0);
        coordinator.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void aGroupThatDoesNotFitIntoAMessageFailsByName() {
        sampler.get().padResults(20_000);

        assertThat(play(5).delivery().getResult().getFailure()).startsWith("result-too-large: ");
    }

    @Test
    void aLostLeaseIsSampledNoFurther() {
        announce(1);
        loaded(1);
        worker.tell(grant(1, false, work(5)));
        environments.expectMessageClass(EnvironmentProtocol.Open.class);
        Lease lease = work(5).getLease();

        worker.tell(new WorkerProtocol.LeaseWithdrawn(
                Withdrawal.newBuilder().setLease(lease).build()));

        await().until(() -> sampler.get().told.contains("withdraw 5"));
        TIME.timePasses(PULSE);
        await().until(() -> demand().getFreeSlots() == 8);
    }

    @Test
    void anEnvironmentThatDoesNotAnswerIsGivenUpAndItsHostReported() {
        announce(1);
        loaded(1);
        worker.tell(grant(1, false, work(5)));
        environments.expectMessageClass(EnvironmentProtocol.Open.class);
        sampler.get().overdue(ScriptedSampler.key(work(5)));

        TIME.timePasses(PULSE);

        var overdue = environments.expectMessageClass(EnvironmentProtocol.Overdue.class);
        assertThat(overdue.overdue().getSession().getGroup()).isEqualTo(5);
        assertThat(delivery().delivery().getResult().getFailure()).contains("did not answer within 10000 ms");
    }

    @Test
    void aVersionThatIsGoneIsAskedForAgain() {
        sampler.get().unreadable(true);
        announce(2);

        policies.expectMessageClass(PolicyProtocol.PolicyWanted.class);
        sampler.get().unreadable(false);
        announce(3);
        loaded(3);
    }

    @Test
    void aGrantOfAnotherRunIsIgnored() {
        announce(1);
        loaded(1);
        Work foreign = work(5).toBuilder()
                .setLease(work(5).getLease().toBuilder()
                        .setStamp(RunStamp.newBuilder().setRunId("other")))
                .build();

        worker.tell(grant(1, false, foreign));
        worker.tell(new Undecodable("Z9", "from the future"));
        worker.tell(grant(1, false, work(6)));

        environments.expectMessageClass(EnvironmentProtocol.Open.class);
        assertThat(sampler.get().told).containsExactly("load 1", "accept 6");
    }

    @Test
    void theSamplerIsClosedWithTheWorker() {
        TEST_KIT.stop(worker);

        assertThat(sampler.get().told).containsExactly("close");
    }

    /** Plays a group to its delivery. */
    private WorkDelivered play(long group) {
        announce(1);
        loaded(1);
        worker.tell(grant(1, false, work(group)));
        var open = environments.expectMessageClass(EnvironmentProtocol.Open.class);
        worker.tell(new WorkerProtocol.EnvironmentOpened(
                SessionOpened.newBuilder().setSession(open.open().getSession()).build()));
        var step = environments.expectMessageClass(EnvironmentProtocol.Step.class);
        worker.tell(new WorkerProtocol.EnvironmentStepped(SessionStepped.newBuilder()
                .setSession(step.step().getSession())
                .setVerdict(Verdict.newBuilder().setOutcome(Outcome.OUTCOME_CORRECT))
                .build()));
        return delivery();
    }

    private void announce(long version) {
        worker.tell(new WorkerProtocol.PolicyAnnounced(Announcement.newBuilder()
                .setStamp(STAMP)
                .setPolicy(PolicyVersion.newBuilder().setVersion(version))
                .build()));
    }

    private void loaded(long version) {
        assertThat(policies.expectMessageClass(PolicyProtocol.PolicyLoaded.class)
                        .loaded()
                        .getVersion())
                .isEqualTo(version);
    }

    private io.troupe.proto.v1.Demand demand() {
        var seen = coordinator.fishForMessage(
                Duration.ofSeconds(3),
                message -> message instanceof WorkWanted
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        return ((WorkWanted) seen.get(0)).demand();
    }

    private WorkDelivered delivery() {
        var seen = coordinator.fishForMessage(
                Duration.ofSeconds(3),
                message -> message instanceof WorkDelivered
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        return (WorkDelivered) seen.get(0);
    }

    private static WorkerProtocol.WorkGranted grant(long version, boolean exact, Work work) {
        return new WorkerProtocol.WorkGranted(Grant.newBuilder()
                .setPolicyVersion(version)
                .setExactVersion(exact)
                .addWork(work)
                .build());
    }

    private static Work work(long group) {
        return Work.newBuilder()
                .setLease(Lease.newBuilder().setStamp(STAMP).setGroupId(group).setAttempt(1))
                .setGroupSize(4)
                .build();
    }
}
