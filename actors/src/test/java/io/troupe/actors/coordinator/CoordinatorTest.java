package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.coordinator.Coordinator.Accounts;
import io.troupe.actors.coordinator.Coordinator.Batch;
import io.troupe.actors.coordinator.Coordinator.BatchDone;
import io.troupe.actors.coordinator.Coordinator.BatchWanted;
import io.troupe.actors.coordinator.Coordinator.Evaluate;
import io.troupe.actors.coordinator.Coordinator.Evaluated;
import io.troupe.actors.coordinator.Coordinator.Score;
import io.troupe.actors.coordinator.Coordinator.Waiting;
import io.troupe.actors.coordinator.Coordinator.WhatIsWaitedFor;
import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.CoordinatorProtocol.WorkDelivered;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.Delivery;
import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Split;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CoordinatorTest {

    private static final int BATCH = 2;
    private static final int GROUP = 4;
    private static final RunStamp STAMP =
            RunStamp.newBuilder().setRunId("run").setEpoch(2).build();
    private static final ActorTestKit TEST_KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("wire-test.conf")));
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());

    private final TestClock clock = new TestClock();
    private final RecordingJournal journal = new RecordingJournal();
    private final TestProbe<Batch> batches = TEST_KIT.createTestProbe();
    private final TestProbe<Accounts> accounts = TEST_KIT.createTestProbe();
    private ActorRef<CoordinatorProtocol.Command> coordinator;
    private int rounds = 1;

    @BeforeEach
    void start() {
        coordinator = spawn(new Ledger(2), 1, false, 0);
    }

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void leasesAsManyGroupsAsTheGateAllowsAndTheWorkerHasRoomFor() {
        FakeWorker worker = worker("w");

        worker.demand(3 * GROUP + 1);
        assertThat(ids(worker.granted())).containsExactly(0L, 1L, 2L);

        worker.demand(100);
        assertThat(ids(worker.granted())).containsExactly(3L);

        worker.demand(100);
        worker.getsNothing();
    }

    @Test
    void aGrantThatTheWorkerHasNotSeenYetIsNotFreeRoom() {
        FakeWorker worker = worker("w");
        worker.demand(2 * GROUP);
        worker.demand(2 * GROUP);

        assertThat(ids(worker.granted())).containsExactly(0L, 1L);
        worker.getsNothing();
    }

    @Test
    void workNamesTheVersionThatMaySampleItAndASeedThatDoesNotDependOnTheAttempt() {
        FakeWorker first = worker("first");
        first.demand(GROUP);
        Work work = first.granted().getWork(0);
        first.probe().stop();
        await().until(() -> journal.messages("worker").contains("rollout worker first is gone"));
        FakeWorker second = worker("second");
        second.demand(GROUP);
        Grant again = second.granted();

        assertThat(again.getPolicyVersion()).isZero();
        assertThat(again.getExactVersion()).isFalse();
        assertThat(again.getWork(0).getLease().getAttempt()).isEqualTo(2);
        assertThat(again.getWork(0).getSeed()).isEqualTo(work.getSeed());
        assertThat(again.getWork(0).getTask()).isEqualTo(work.getTask());
    }

    @Test
    void theLearnerGetsTheOldestCompleteGroupsAndTheLedgerRemembersThem() {
        FakeWorker worker = worker("w");
        worker.demand(4 * GROUP);
        Grant grant = worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));
        batches.expectNoMessage(Duration.ofMillis(50));

        worker.deliver(grant.getWork(3), 0);
        worker.deliver(grant.getWork(1), 0);
        Batch batch = batches.receiveMessage();
        coordinator.tell(new BatchDone(1, null, accounts.getRef()));
        Accounts after = accounts.receiveMessage();

        assertThat(batch.groups()).extracting(Group::getId).containsExactly(1L, 3L);
        assertThat(after.ledger().getTrained()).isEqualTo(2);
        assertThat(after.ledger().getOpenList()).containsExactly(0L, 2L);
        assertThat(after.tokensCollected()).isEqualTo(2 * GROUP);
    }

    @Test
    void aNewVersionOpensTheGateForAnotherBatch() {
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant grant = worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));
        worker.deliver(grant.getWork(0), 0);
        worker.deliver(grant.getWork(1), 0);
        batches.receiveMessage();
        worker.demand(100);
        worker.getsNothing();

        coordinator.tell(new BatchDone(1, null, accounts.getRef()));

        Grant next = worker.granted();
        assertThat(ids(next)).containsExactly(4L, 5L);
        assertThat(next.getPolicyVersion()).isEqualTo(1);
    }

    @Test
    void groupsOfEqualRewardsAreReplacedUntilTheRoundsOfTheBatchAreUsedUp() {
        rounds = 2;
        coordinator = spawn(new Ledger(2), 0, true, 0);
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant first = worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));

        worker.deliver(first.getWork(1), 0);
        worker.deliverMixed(first.getWork(0), 0);
        worker.demand(100);
        Grant second = worker.granted();
        assertThat(ids(second)).containsExactly(2L);
        worker.deliver(second.getWork(0), 0);
        worker.demand(100);
        Grant third = worker.granted();
        assertThat(ids(third)).containsExactly(3L);
        batches.expectNoMessage(Duration.ofMillis(50));
        worker.deliver(third.getWork(0), 0);

        assertThat(batches.receiveMessage().groups()).extracting(Group::getId).containsExactly(0L, 3L);
        assertThat(journal.messages("dynamic-sampling")).hasSize(1);
        coordinator.tell(new BatchDone(1, null, accounts.getRef()));
        Accounts after = accounts.receiveMessage();
        assertThat(after.discarded())
                .containsExactlyEntriesOf(new java.util.TreeMap<>(java.util.Map.of("no-signal", 2L)));
        assertThat(after.ledger().getTrained()).isEqualTo(2);
    }

    @Test
    void withoutDynamicSamplingGroupsOfEqualRewardsAreTrainedOn() {
        coordinator = spawn(new Ledger(2), 0, true, 0);
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant grant = worker.granted();
        train(worker, grant.getWork(0), grant.getWork(1), 0, 1);
    }

    @Test
    void aConsecutiveBatchWaitsForItsIds() {
        coordinator = spawn(new Ledger(2), 0, true, 0);
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant grant = worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));

        worker.deliver(grant.getWork(1), 0);
        batches.expectNoMessage(Duration.ofMillis(50));
        worker.deliver(grant.getWork(0), 0);

        assertThat(batches.receiveMessage().groups()).extracting(Group::getId).containsExactly(0L, 1L);
    }

    @Test
    void aWorkerThatDiesLosesItsLeasesToAnother() {
        FakeWorker dead = worker("dead");
        dead.demand(100);
        Grant lost = dead.granted();
        FakeWorker alive = worker("alive");
        alive.demand(2 * GROUP);
        alive.getsNothing();

        dead.probe().stop();

        Grant grant = alive.granted();
        assertThat(ids(grant)).containsExactly(0L, 1L);
        assertThat(grant.getWork(0).getLease().getAttempt()).isEqualTo(2);
        assertThat(alive.deliver(grant.getWork(0), 0)).isTrue();
        assertThat(alive.deliver(lost.getWork(1), 0))
                .as("delivery under the dead worker's lease")
                .isFalse();
    }

    @Test
    void aLeaseThatShowsNoProgressExpiresAndIsWithdrawn() {
        FakeWorker stuck = worker("stuck");
        stuck.demand(100);
        stuck.granted();
        FakeWorker fresh = worker("fresh");

        pass(Duration.ofSeconds(11));

        assertThat(stuck.withdrawn().withdrawal().getLease().getGroupId()).isZero();
        fresh.demand(GROUP);
        assertThat(fresh.granted().getWork(0).getLease().getAttempt()).isEqualTo(2);
    }

    @Test
    void aLeaseLivesAsLongAsItsWorkerGetsOn() {
        FakeWorker slow = worker("slow");
        slow.demand(GROUP);
        Grant grant = slow.granted();
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofSeconds(6));
            slow.gotOn();
            slow.demand(0);
        }

        assertThat(slow.deliver(grant.getWork(0), 0)).isTrue();
    }

    @Test
    void aGroupWhoseAttemptsAreUsedUpIsDiscardedByNameAndReplaced() {
        FakeWorker stuck = worker("stuck");
        stuck.demand(GROUP);
        assertThat(ids(stuck.granted())).containsExactly(0L);
        pass(Duration.ofSeconds(11));
        stuck.withdrawn();
        stuck.demand(GROUP);
        assertThat(ids(stuck.granted())).containsExactly(0L);
        pass(Duration.ofSeconds(11));
        stuck.withdrawn();

        FakeWorker fresh = worker("fresh");
        fresh.demand(100);
        Grant grant = fresh.granted();

        assertThat(ids(grant)).contains(4L).doesNotContain(0L).hasSize(4);
        assertThat(journal.messages("discarded")).singleElement().asString().contains("group 0");
    }

    @Test
    void aGroupThatTheWorkerCouldNotCompleteIsDiscardedUnderTheNameOfItsReason() {
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant grant = worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));

        worker.deliver(WorkResult.newBuilder()
                .setLease(grant.getWork(0).getLease())
                .setFailure("environment-failed: trajectory 3: boom")
                .build());
        worker.deliver(grant.getWork(1), 0);
        worker.deliver(grant.getWork(2), 0);
        batches.receiveMessage();
        coordinator.tell(new BatchDone(1, null, accounts.getRef()));

        assertThat(accounts.receiveMessage().discarded()).containsOnly(java.util.Map.entry("environment-failed", 1L));
    }

    @Test
    void aDeliveryIsTakenOnceHoweverOftenItComes() {
        FakeWorker worker = worker("w");
        worker.demand(GROUP);
        Work work = worker.granted().getWork(0);

        assertThat(worker.deliver(work, 0)).isTrue();
        assertThat(worker.deliver(work, 0)).isFalse();
    }

    @Test
    void anActorThatTakesAnotherNameIsOneWorkerStillAndStopsNothing() {
        TestProbe<WorkerProtocol.Command> probe = TEST_KIT.createTestProbe();
        FakeWorker former = new FakeWorker("former", STAMP, coordinator, probe);
        former.demand(GROUP);
        long group = former.granted().getWork(0).getLease().getGroupId();

        FakeWorker latter = new FakeWorker("latter", STAMP, coordinator, probe);
        latter.demand(GROUP);

        assertThat(ids(latter.granted())).containsExactly(group); // the former's lease is free again
        assertThat(journal.messages("lease-lost"))
                .singleElement()
                .asString()
                .contains("worker former calls itself latter now");
    }

    @Test
    void messagesThatCannotBeReadAreToldLessAndLess() {
        for (int i = 0; i < 1000; i++) {
            coordinator.tell(new Undecodable("Z9", "no message of this type is known here"));
        }
        worker("w").demand(0);

        await().until(() -> journal.messages("worker").size() == 1);
        assertThat(journal.messages("undecodable"))
                .hasSize(10)
                .last()
                .asString()
                .contains("(512 so far)");
    }

    @Test
    void aGhostOfAnEarlierEpochIsRefusedAndReported() {
        FakeWorker ghost =
                new FakeWorker("ghost", STAMP.toBuilder().setEpoch(1).build(), coordinator, TEST_KIT.createTestProbe());
        ghost.demand(100);
        ghost.getsNothing();

        FakeWorker worker = worker("w");
        worker.demand(GROUP);
        Work work = worker.granted().getWork(0);
        Work stale = work.toBuilder()
                .setLease(work.getLease().toBuilder().setStamp(STAMP.toBuilder().setEpoch(1)))
                .build();
        coordinator.tell(new WorkDelivered(
                Delivery.newBuilder()
                        .setResult(WorkResult.newBuilder()
                                .setLease(stale.getLease())
                                .setGroup(FakeWorker.group(stale, 0, Outcome.OUTCOME_CORRECT)))
                        .setWorker("ghost")
                        .build(),
                ghost.probe().getRef()));
        ghost.getsNothing();

        assertThat(worker.deliver(work, 0)).as("the group is still to be had").isTrue();
        assertThat(journal.messages("ghost")).hasSize(2).first().asString().contains("epoch 1");
    }

    @Test
    void aGroupThatBecameTooStaleIsDiscardedAndNeverTrained() {
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant first = worker.granted();
        train(worker, first.getWork(1), first.getWork(2), 0, 1);
        worker.demand(100);
        Grant second = worker.granted();
        train(worker, second.getWork(0), second.getWork(1), 1, 2);

        coordinator.tell(new BatchWanted(batches.getRef()));
        worker.deliver(first.getWork(0), 0); // version 0 tokens, and the learner is at version 2: η = 1
        batches.expectNoMessage(Duration.ofMillis(50));

        assertThat(journal.messages("discarded")).singleElement().asString().contains("too-stale");
    }

    @Test
    void aSkippedUpdateDiscardsItsBatch() {
        FakeWorker worker = worker("w");
        worker.demand(100);
        Grant grant = worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));
        worker.deliver(grant.getWork(0), 0);
        worker.deliver(grant.getWork(1), 0);
        batches.receiveMessage();

        coordinator.tell(new BatchDone(1, "the loss is NaN", accounts.getRef()));

        Accounts after = accounts.receiveMessage();
        assertThat(after.ledger().getTrained()).isZero();
        assertThat(after.discarded()).containsEntry("update-skipped", 2L);
    }

    @Test
    void noGroupIsAdmittedThatCouldOnlyBeTrainedAfterTheLastStep() {
        coordinator = spawn(new Ledger(2), 5, false, 3); // steps = 4
        FakeWorker worker = worker("w");

        worker.demand(100);

        assertThat(worker.granted().getWorkCount()).isEqualTo(BATCH);
    }

    @Test
    void anEvaluationGoesThroughTheSameLeasesAndLeavesTheLedgerAlone() {
        TestProbe<Evaluated> evaluated = TEST_KIT.createTestProbe();
        coordinator.tell(Coordinator.EndTraining.INSTANCE);
        coordinator.tell(new Evaluate(
                "after", 7, stream(Split.SPLIT_EVALUATION), 3, Sampling.getDefaultInstance(), evaluated.getRef()));
        FakeWorker worker = worker("w");
        worker.demand(2);
        Grant grant = worker.granted();
        assertThat(grant.getPolicyVersion()).isEqualTo(7);
        assertThat(grant.getExactVersion()).isTrue();
        assertThat(ids(grant)).containsExactly(-1L, -2L);
        assertThat(grant.getWorkList()).extracting(Work::getGroupSize).containsOnly(1);

        worker.deliver(grant.getWork(0), 7);
        worker.demand(1);
        Grant last = worker.granted();
        worker.deliver(WorkResult.newBuilder()
                .setLease(grant.getWork(1).getLease())
                .setGroup(FakeWorker.group(grant.getWork(1), 7, Outcome.OUTCOME_WRONG))
                .build());
        worker.deliver(WorkResult.newBuilder()
                .setLease(last.getWork(0).getLease())
                .setFailure("environment-failed: boom")
                .build());

        assertThat(evaluated.receiveMessage().families())
                .containsEntry("even", new Score(1, 1, 1))
                .containsEntry("odd", new Score(0, 1, 0));
        assertThat(ids(grant)).doesNotContain(ids(last).get(0));
    }

    @Test
    void anUndecodableMessageIsReportedAndNothingElseHappens() {
        coordinator.tell(new Undecodable("Z9", "no message of this type is known here"));
        FakeWorker worker = worker("w");
        worker.demand(GROUP);
        worker.granted();

        assertThat(journal.messages("undecodable")).singleElement().asString().contains("Z9");
    }

    @Test
    void saysWhatItWaitsForWithWorkerAttemptAndAge() {
        FakeWorker worker = worker("w");
        worker.demand(GROUP);
        worker.granted();
        coordinator.tell(new BatchWanted(batches.getRef()));
        TestProbe<Waiting> waiting = TEST_KIT.createTestProbe();
        coordinator.tell(new WhatIsWaitedFor(waiting.getRef()));
        waiting.receiveMessage();
        clock.advance(Duration.ofSeconds(4));

        coordinator.tell(new WhatIsWaitedFor(waiting.getRef()));

        assertThat(waiting.receiveMessage().lines())
                .contains(
                        "learner: a batch of 2 groups (0 complete, 1 being sampled) for 4.0 s",
                        "group 0: leased to w, attempt 1, for 4.0 s, until 6.0 s from now");
    }

    @Test
    void whenNothingMovesTheWatchdogSaysSo() {
        coordinator.tell(new BatchWanted(batches.getRef()));
        pass(Duration.ofSeconds(31));
        TestProbe<Waiting> sync = TEST_KIT.createTestProbe();
        coordinator.tell(new WhatIsWaitedFor(sync.getRef()));
        sync.receiveMessage();

        assertThat(journal.messages("stalled"))
                .first()
                .asString()
                .contains("nothing has moved")
                .contains("no rollout worker has asked for work yet");
    }

    private void train(FakeWorker worker, Work a, Work b, long sampledBy, long newVersion) {
        coordinator.tell(new BatchWanted(batches.getRef()));
        worker.deliver(a, sampledBy);
        worker.deliver(b, sampledBy);
        batches.receiveMessage();
        coordinator.tell(new BatchDone(newVersion, null, accounts.getRef()));
        accounts.receiveMessage();
    }

    private void pass(Duration duration) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            clock.advance(Duration.ofSeconds(1));
            TIME.timePasses(Duration.ofSeconds(1));
        }
    }

    private FakeWorker worker(String name) {
        return new FakeWorker(name, STAMP, coordinator, TEST_KIT.<WorkerProtocol.Command>createTestProbe());
    }

    private ActorRef<CoordinatorProtocol.Command> spawn(
            Ledger ledger, int staleness, boolean consecutive, long version) {
        CoordinatorSettings settings = new CoordinatorSettings(
                STAMP,
                new StalenessGate(BATCH, staleness),
                consecutive,
                rounds,
                4,
                GROUP,
                Sampling.getDefaultInstance(),
                Drafting.getDefaultInstance(),
                Duration.ofSeconds(10),
                2,
                Duration.ofSeconds(30));
        return TEST_KIT.spawn(Coordinator.create(settings, stream(Split.SPLIT_TRAIN), ledger, version, clock, journal));
    }

    private static TaskStream stream(Split split) {
        return new TaskStream() {
            @Override
            public Task task(long index) {
                return Task.newBuilder()
                        .setFamily(index % 2 == 0 ? "even" : "odd")
                        .setSplit(split)
                        .setIndex(index)
                        .build();
            }

            @Override
            public long samplingSeed(long index) {
                return 1000 + index;
            }
        };
    }

    private static List<Long> ids(Grant grant) {
        return grant.getWorkList().stream()
                .map(work -> work.getLease().getGroupId())
                .toList();
    }
}
