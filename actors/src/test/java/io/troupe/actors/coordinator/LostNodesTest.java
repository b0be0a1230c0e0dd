package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.troupe.actors.coordinator.Coordinator.Evaluate;
import io.troupe.actors.coordinator.Coordinator.Evaluated;
import io.troupe.actors.coordinator.Coordinator.HowItStands;
import io.troupe.actors.coordinator.Coordinator.NodeUnreachable;
import io.troupe.actors.coordinator.Coordinator.Score;
import io.troupe.actors.coordinator.Coordinator.Standing;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.LeaseStatus;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.proto.v1.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the work of nodes that do not answer, and of workers that leave. */
class LostNodesTest {

    private static final int GROUP = 4;
    private static final int GROUPS = 4; // as many as the gate allows before the first batch is trained
    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(2).build();
    private static final ActorTestKit HERE = ActorTestKit.create("here", ManualTime.config());
    private static final ActorTestKit AWAY = ActorTestKit.create("away");
    private static final Address AWAY_ADDRESS = new Address("pekko", "away");
    private static final ManualTime TIME = ManualTime.get(HERE.system());

    private final TestClock clock = new TestClock();
    private final RecordingJournal journal = new RecordingJournal();
    private ActorRef<CoordinatorProtocol.Command> coordinator;

    @BeforeEach
    void start() {
        coordinator = HERE.spawn(Coordinator.create(
                new CoordinatorSettings(
                        STAMP,
                        new StalenessGate(2, 1),
                        false,
                        1,
                        40,
                        GROUP,
                        Sampling.getDefaultInstance(),
                        Drafting.getDefaultInstance(),
                        Duration.ofSeconds(10),
                        2,
                        Duration.ofSeconds(30)),
                tasks(),
                new Ledger(2),
                0,
                clock,
                journal));
    }

    @AfterAll
    static void stop() {
        HERE.shutdownTestKit();
        AWAY.shutdownTestKit();
    }

    @Test
    void theLeasesOfANodeThatDoesNotAnswerGoToOthersAtOnce() {
        FakeWorker one = worker(AWAY, "one");
        FakeWorker two = worker(AWAY, "two");
        FakeWorker here = worker(HERE, "here");
        here.demand(GROUP);
        Grant kept = here.granted();
        one.demand(2 * GROUP);
        Grant lost = one.granted();
        two.demand(100);
        two.granted();
        here.demand(100);
        here.getsNothing();

        coordinator.tell(new NodeUnreachable(AWAY_ADDRESS));

        Set<Long> again = new TreeSet<>();
        while (again.size() < GROUPS - 1) {
            for (Work work : here.granted().getWorkList()) {
                assertThat(work.getLease().getAttempt()).isEqualTo(2);
                again.add(work.getLease().getGroupId());
            }
        }
        assertThat(again).containsExactly(1L, 2L, 3L);
        assertThat(withdrawnFrom(one, 2)).containsExactlyElementsOf(ids(lost));
        withdrawnFrom(two, 1);
        assertThat(journal.messages("worker"))
                .contains(
                        "rollout worker one does not answer; its leases go to others",
                        "rollout worker two does not answer; its leases go to others");
        assertThat(journal.messages("lease-lost"))
                .hasSize(3)
                .contains("group 1, attempt 1: worker one does not answer; it is leased again");
        assertThat(one.deliver(lost.getWork(0), 0)).as("too late").isFalse();
        assertThat(here.deliver(kept.getWork(0), 0)).as("never lost").isTrue();
    }

    @Test
    void aWorkerThatDoesNotAnswerGetsNoWorkUntilItSpeaksAgain() {
        FakeWorker silent = worker(AWAY, "silent");
        silent.demand(100);
        silent.granted();
        coordinator.tell(new NodeUnreachable(AWAY_ADDRESS));
        withdrawnFrom(silent, GROUPS);
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(1));
        }
        silent.getsNothing(); // although it had room for more

        silent.demand(GROUP);

        Work again = silent.granted().getWork(0);
        assertThat(again.getLease().getAttempt()).isEqualTo(2);
        assertThat(silent.deliver(again, 0)).isTrue();
    }

    @Test
    void aNodeThatIsNotThereTakesNothingFromTheOthers() {
        FakeWorker here = worker(HERE, "here");
        here.demand(GROUP);
        Work work = here.granted().getWork(0);

        coordinator.tell(new NodeUnreachable(new Address("pekko", "here", "10.0.0.9", 7355)));
        coordinator.tell(new NodeUnreachable(AWAY_ADDRESS));

        assertThat(here.deliver(work, 0)).isTrue();
        assertThat(journal.messages("lease-lost")).isEmpty();
    }

    @Test
    void whatIsHandedBackIsLeasedAgainAndUsesUpNoAttempt() {
        for (int i = 1; i <= 5; i++) { // twice would be too often for a lease that is lost
            FakeWorker leaving = worker(AWAY, "leaving-" + i);
            leaving.demand(GROUP);
            Work work = leaving.granted().getWork(0);
            assertThat(work.getLease().getGroupId()).isZero();
            assertThat(work.getLease().getAttempt()).isEqualTo(i);
            assertThat(handBack(leaving, work)).isTrue();
        }
        assertThat(journal.messages("handed-back"))
                .hasSize(5)
                .contains("group 0 was handed back by a worker that leaves; it is leased again");

        FakeWorker dead = worker(HERE, "dead");
        dead.demand(GROUP);
        assertThat(dead.granted().getWork(0).getLease().getAttempt()).isEqualTo(6);
        dead.probe().stop();
        await().until(() ->
                journal.messages("lease-lost").contains("group 0, attempt 6: worker dead is gone; it is leased again"));
        FakeWorker second = worker(HERE, "second");
        second.demand(GROUP);
        second.granted();
        second.probe().stop();
        await().untilAsserted(() -> assertThat(journal.messages("discarded"))
                .containsExactly("group 0, attempt 7: worker second is gone; given up"));
    }

    @Test
    void whatIsHandedBackOfAnEvaluationIsEvaluatedByAnother() {
        TestProbe<Evaluated> evaluated = HERE.createTestProbe();
        coordinator.tell(Coordinator.EndTraining.INSTANCE);
        coordinator.tell(new Evaluate("after", 7, tasks(), 1, Sampling.getDefaultInstance(), evaluated.getRef()));
        for (int i = 0; i < 3; i++) {
            FakeWorker leaving = worker(AWAY, "leaving-" + i);
            leaving.demand(1);
            assertThat(handBack(leaving, leaving.granted().getWork(0))).isTrue();
        }
        FakeWorker staying = worker(HERE, "staying");
        staying.demand(1);
        staying.deliver(staying.granted().getWork(0), 7);

        assertThat(evaluated.receiveMessage().families()).containsEntry("sums", new Score(1, 1, 0));
    }

    @Test
    void saysHowItStandsWithWorkersAndTheirLeasesOldestFirst() {
        FakeWorker here = worker(HERE, "here");
        here.demand(2 * GROUP);
        Work oldest = here.granted().getWork(0);
        pass(Duration.ofSeconds(3));
        FakeWorker away = worker(AWAY, "away");
        away.demand(GROUP);
        away.granted();
        coordinator.tell(new CoordinatorProtocol.WorkWanted(
                Demand.newBuilder()
                        .setStamp(STAMP)
                        .setWorker("here")
                        .addHeld(oldest.getLease())
                        .setFreeSlots(3)
                        .setTokensSampled(17)
                        .setPolicyVersionPlusOne(6)
                        .build(),
                here.probe().getRef()));
        standing(); // all of that has arrived
        clock.advance(Duration.ofSeconds(2));

        ClusterStatus status = standing();

        assertThat(status.getStamp()).isEqualTo(STAMP);
        assertThat(status.getVersion()).isZero();
        assertThat(status.getSteps()).isEqualTo(40);
        assertThat(status.getLeasesOut()).isEqualTo(3);
        assertThat(status.getAdmitted()).isZero();
        assertThat(status.getCollected()).isZero();
        assertThat(status.getStillSeconds()).isEqualTo(2);
        assertThat(status.getWaitingList()).isNotEmpty();
        assertThat(status.getLeasesList())
                .containsExactly(
                        lease(0, "here", 5, 8), // it got on 2 s ago
                        lease(1, "here", 5, 5),
                        lease(2, "away", 2, 8));
        assertThat(status.getWorkersList())
                .containsExactly(
                        WorkerStatus.newBuilder()
                                .setName("away")
                                .setFreeSlots(GROUP)
                                .setPolicyVersion(-1)
                                .setHeardSeconds(2)
                                .build(),
                        WorkerStatus.newBuilder()
                                .setName("here")
                                .setFreeSlots(3)
                                .setLeases(1)
                                .setTokensSampled(17)
                                .setPolicyVersion(5)
                                .setHeardSeconds(2)
                                .build());

        coordinator.tell(new NodeUnreachable(AWAY_ADDRESS));
        ClusterStatus after = standing();
        assertThat(after.getLeasesOut()).isEqualTo(2);
        assertThat(after.getAdmitted()).as("there is no room for it").isEqualTo(1);
        assertThat(after.getWorkers(0).getHeardSeconds()).isEqualTo(-1);
    }

    private ClusterStatus standing() {
        TestProbe<Standing> probe = HERE.createTestProbe();
        coordinator.tell(new HowItStands(probe.getRef()));
        return probe.receiveMessage().status();
    }

    private static LeaseStatus lease(long group, String worker, double seconds, double left) {
        return LeaseStatus.newBuilder()
                .setGroupId(group)
                .setWorker(worker)
                .setAttempt(1)
                .setSeconds(seconds)
                .setLeftSeconds(left)
                .build();
    }

    private static boolean handBack(FakeWorker worker, Work work) {
        return worker.deliver(WorkResult.newBuilder()
                .setLease(work.getLease())
                .setFailure(CoordinatorProtocol.LEAVING)
                .build());
    }

    private static Set<Long> withdrawnFrom(FakeWorker worker, int count) {
        Set<Long> groups = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            groups.add(worker.withdrawn().withdrawal().getLease().getGroupId());
        }
        return groups;
    }

    private static List<Long> ids(Grant grant) {
        return grant.getWorkList().stream()
                .map(work -> work.getLease().getGroupId())
                .toList();
    }

    private void pass(Duration duration) {
        clock.advance(duration);
        TIME.timePasses(duration);
    }

    private FakeWorker worker(ActorTestKit node, String name) {
        return new FakeWorker(name, STAMP, coordinator, node.<WorkerProtocol.Command>createTestProbe());
    }

    private static TaskStream tasks() {
        return new TaskStream() {
            @Override
            public Task task(long index) {
                return Task.newBuilder()
                        .setFamily("sums")
                        .setId("sums/" + index)
                        .build();
            }

            @Override
            public long samplingSeed(long index) {
                return index;
            }
        };
    }
}
