package io.troupe.actors.coordinator;

import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.CoordinatorProtocol.WorkDelivered;
import io.troupe.actors.wire.CoordinatorProtocol.WorkWanted;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.actors.wire.WorkerProtocol.Command;
import io.troupe.actors.wire.WorkerProtocol.DeliveryAcknowledged;
import io.troupe.actors.wire.WorkerProtocol.LeaseWithdrawn;
import io.troupe.actors.wire.WorkerProtocol.WorkGranted;
import io.troupe.proto.v1.Delivery;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A worker that a test plays: it asks, sees what it gets, and delivers what it is told to. */
final class FakeWorker {

    private final String name;
    private final RunStamp stamp;
    private final ActorRef<CoordinatorProtocol.Command> coordinator;
    private final TestProbe<Command> probe;
    private final List<Lease> held = new ArrayList<>();
    private long tokens;

    FakeWorker(
            String name,
            RunStamp stamp,
            ActorRef<CoordinatorProtocol.Command> coordinator,
            TestProbe<WorkerProtocol.Command> probe) {
        this.name = name;
        this.stamp = stamp;
        this.coordinator = coordinator;
        this.probe = probe;
    }

    TestProbe<Command> probe() {
        return probe;
    }

    void demand(int freeSlots) {
        coordinator.tell(new WorkWanted(
                Demand.newBuilder()
                        .setStamp(stamp)
                        .setWorker(name)
                        .setFreeSlots(freeSlots)
                        .addAllHeld(held)
                        .setTokensSampled(tokens)
                        .build(),
                probe.getRef()));
    }

    void gotOn() {
        tokens++;
    }

    Grant granted() {
        Grant grant = probe.expectMessageClass(WorkGranted.class).grant();
        grant.getWorkList().forEach(work -> held.add(work.getLease()));
        return grant;
    }

    void getsNothing() {
        probe.expectNoMessage(Duration.ofMillis(50));
    }

    LeaseWithdrawn withdrawn() {
        LeaseWithdrawn message = probe.expectMessageClass(LeaseWithdrawn.class);
        held.removeIf(
                lease -> lease.getGroupId() == message.withdrawal().getLease().getGroupId());
        return message;
    }

    boolean deliver(Work work, long version) {
        return deliver(WorkResult.newBuilder()
                .setLease(work.getLease())
                .setGroup(group(work, version, Outcome.OUTCOME_CORRECT))
                .build());
    }

    /** Delivers a group whose first trajectory has one reward and whose others another. */
    boolean deliverMixed(Work work, long version) {
        Group.Builder group = group(work, version, Outcome.OUTCOME_CORRECT).toBuilder();
        group.getTrajectoriesBuilder(0).getVerdictBuilder().setReward(0);
        return deliver(WorkResult.newBuilder()
                .setLease(work.getLease())
                .setGroup(group)
                .build());
    }

    boolean deliver(WorkResult result) {
        demand(0); // so that nothing is granted meanwhile
        coordinator.tell(new WorkDelivered(
                Delivery.newBuilder().setResult(result).setWorker(name).build(), probe.getRef()));
        boolean taken = probe.fishForMessage(Duration.ofSeconds(3), FakeWorker::acknowledgement).stream()
                .anyMatch(message -> message instanceof DeliveryAcknowledged ack
                        && ack.acknowledgement().getTaken());
        held.removeIf(lease -> lease.getGroupId() == result.getLease().getGroupId());
        return taken;
    }

    private static org.apache.pekko.actor.testkit.typed.FishingOutcome acknowledgement(Command message) {
        return message instanceof DeliveryAcknowledged
                ? org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                : org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes.fail(
                        "expected an acknowledgement, got " + message);
    }

    static Group group(Work work, long version, Outcome outcome) {
        Group.Builder group =
                Group.newBuilder().setId(work.getLease().getGroupId()).setTask(work.getTask());
        for (int i = 0; i < work.getGroupSize(); i++) {
            group.addTrajectories(Trajectory.newBuilder()
                    .setIndex(i)
                    .setVerdict(Verdict.newBuilder().setOutcome(outcome).setReward(1))
                    .addSegments(Segment.newBuilder()
                            .setSource(Source.SOURCE_POLICY)
                            .addTokenIds(5)
                            .addLogProbabilities(-1)
                            .addPolicyVersions(version)));
        }
        return group.build();
    }
}
