package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.Ledger.LostLease;
import io.troupe.actors.coordinator.Ledger.Receipt;
import io.troupe.actors.journal.Journal;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.actors.wire.CoordinatorProtocol.Command;
import io.troupe.actors.wire.CoordinatorProtocol.WorkDelivered;
import io.troupe.actors.wire.CoordinatorProtocol.WorkWanted;
import io.troupe.actors.wire.Undecodable;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.Acknowledgement;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.LedgerState;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Withdrawal;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Decides who samples what: leases groups to the rollout workers that ask, takes back the leases of those that die or stop
 * getting on, collects what they deliver exactly once, and gives the learner batches of complete groups that are fresh enough.
 * The {@link Ledger} and the {@link StalenessGate} decide; this actor receives, asks them, and sends.
 *
 * <p>Life: from creation it leases work, as far as the gate lets it, at the version it was created with; the learner's messages
 * {@link BatchWanted} and {@link BatchDone} alternate; after {@link EndTraining} only evaluations are leased. It may run as a
 * cluster singleton beside the learner; what it must remember across a restart is the ledger in the learner's checkpoints.
 *
 * <p>A broken invariant stops it, and with it the run: better none than a wrong one.
 */
public final class Coordinator extends AbstractBehavior<Command> {

    /** What the learner and the node ask, within one process. */
    public sealed interface Local extends Command, NoSerializationVerificationNeeded {}

    /** The learner wants a batch. Answered by {@link Batch} as soon as there is one. */
    public record BatchWanted(ActorRef<Batch> replyTo) implements Local {}

    /** The oldest complete groups, fresh enough for the version that the learner holds. */
    public record Batch(List<Group> groups) implements NoSerializationVerificationNeeded {}

    /**
     * The learner is done with its batch and has published the version that came of it.
     *
     * @param version the version that there is now
     * @param skipped why the batch left the weights as they were, or null: then it is discarded, not trained
     */
    public record BatchDone(long version, @Nullable String skipped, ActorRef<Accounts> replyTo) implements Local {}

    /**
     * How the run stands when a batch is done.
     *
     * @param ledger what a checkpoint of the weights of this moment must hold
     * @param discarded groups given up since the run was created, by reason
     * @param tokensCollected tokens that the policy sampled for the groups collected in this process
     * @param pauseSeconds how long sampling stood still for weights in this process, over all workers
     */
    public record Accounts(
            LedgerState ledger, SortedMap<String, Long> discarded, long tokensCollected, double pauseSeconds)
            implements NoSerializationVerificationNeeded {}

    /** Take back what is leased for training and lease no more of it. */
    public enum EndTraining implements Local {
        INSTANCE
    }

    /**
     * Evaluate a policy that was announced to the workers. Answered by {@link Evaluated}. One at a time.
     *
     * @param name what it is called in words
     * @param version the version to be sampled, and no other
     * @param tasks the tasks, of which the first {@code count} are sampled once each
     */
    public record Evaluate(
            String name, long version, TaskStream tasks, int count, Sampling sampling, ActorRef<Evaluated> replyTo)
            implements Local {}

    /** What an evaluation came to, by family. */
    public record Evaluated(SortedMap<String, Score> families) implements NoSerializationVerificationNeeded {}

    /**
     * One family's part of an evaluation.
     *
     * @param solved tasks with a correct answer
     * @param judged tasks that were judged
     * @param failed tasks that could not be judged, because something of ours failed
     */
    public record Score(int solved, int judged, int failed) {}

    /**
     * A node does not answer any more. The leases of its workers are given to others at once; a worker that is heard of again may take part again.
     *
     * @param address of its actor system
     */
    public record NodeUnreachable(Address address) implements Local {}

    /** What is being waited for, in words. Answered by {@link Waiting}. */
    public record WhatIsWaitedFor(ActorRef<Waiting> replyTo) implements Local {}

    /** What is being waited for, the most telling line first. */
    public record Waiting(List<String> lines) implements NoSerializationVerificationNeeded {}

    /** How the run stands. Answered by {@link Standing}. */
    public record HowItStands(ActorRef<Standing> replyTo) implements Local {}

    /** How the run stands, as far as the coordinator knows. */
    public record Standing(ClusterStatus status) implements NoSerializationVerificationNeeded {}

    private enum Sweep implements Local {
        INSTANCE
    }

    private record WorkerGone(String worker, ActorRef<WorkerProtocol.Command> reference) implements Local {}

    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final CoordinatorSettings settings;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;
    private final LeaseDesk desk;
    private final BatchDesk batches;
    private final Roster roster = new Roster();
    private final Stillness stillness;
    private long version;
    private long tokensCollected;
    private long ghosts;
    private long undecodable;

    private Coordinator(
            ActorContext<Command> context,
            CoordinatorSettings settings,
            TaskStream tasks,
            Ledger ledger,
            long version,
            Clock clock,
            Journal journal) {
        super(context);
        this.settings = settings;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
        this.version = version;
        this.desk = new LeaseDesk(settings, tasks, ledger, version);
        this.batches = new BatchDesk(settings, ledger, journal);
        this.stillness = new Stillness(settings.patience(), clock.millis());
    }

    /**
     * A coordinator.
     *
     * @param tasks what to train on, by group id
     * @param ledger what became of the groups so far
     * @param version the version that the learner holds
     * @param clock for deadlines
     * @param journal where events are written
     */
    public static Behavior<Command> create(
            CoordinatorSettings settings, TaskStream tasks, Ledger ledger, long version, Clock clock, Journal journal) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP);
            return new Coordinator(context, settings, tasks, ledger, version, clock, journal);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(WorkWanted.class, this::onWorkWanted)
                .onMessage(WorkDelivered.class, this::onWorkDelivered)
                .onMessage(BatchWanted.class, this::onBatchWanted)
                .onMessage(BatchDone.class, this::onBatchDone)
                .onMessage(EndTraining.class, this::onEndTraining)
                .onMessage(Evaluate.class, this::onEvaluate)
                .onMessage(NodeUnreachable.class, this::onNodeUnreachable)
                .onMessage(WhatIsWaitedFor.class, this::onWhatIsWaitedFor)
                .onMessage(HowItStands.class, this::onHowItStands)
                .onMessage(Sweep.class, this::onSweep)
                .onMessage(WorkerGone.class, this::onWorkerGone)
                .onMessage(Undecodable.class, this::onUndecodable)
                .build();
    }

    private Behavior<Command> onWorkWanted(WorkWanted message) {
        Demand demand = message.demand();
        if (isGhost(demand.getStamp(), demand.getWorker())) {
            return this;
        }
        Roster.Entry worker = roster.find(demand.getWorker(), message.replyTo());
        if (worker == null) {
            worker = register(demand.getWorker(), message.replyTo());
        }
        long now = clock.millis();
        if (roster.note(worker, demand, now)) {
            desk.renew(worker, now);
            stillness.broken(now);
        }
        for (Lease held : demand.getHeldList()) {
            if (desk.isLost(held)) {
                withdraw(worker.reference(), held.getGroupId(), held.getAttempt());
            }
        }
        grant();
        return this;
    }

    private Roster.Entry register(String name, ActorRef<WorkerProtocol.Command> reference) {
        Roster.Entry former = roster.find(name);
        if (former != null) {
            getContext().unwatch(former.reference());
            roster.remove(name);
            lost(desk.forfeit(name), "worker " + name + " started anew");
        }
        Roster.Entry alias = roster.find(reference);
        if (alias != null) { // one actor has one name: it cannot be watched under two
            getContext().unwatch(reference);
            roster.remove(alias.name());
            lost(desk.forfeit(alias.name()), "worker " + alias.name() + " calls itself " + name + " now");
        }
        getContext().watchWith(reference, new WorkerGone(name, reference));
        journal.event("worker", "rollout worker " + name + " joined");
        return roster.add(name, reference);
    }

    private Behavior<Command> onWorkDelivered(WorkDelivered message) {
        WorkResult result = message.delivery().getResult();
        Lease lease = result.getLease();
        if (isGhost(lease.getStamp(), message.delivery().getWorker())) {
            return this;
        }
        Receipt receipt = desk.deliver(result);
        roster.touch(message.delivery().getWorker());
        if (receipt == Receipt.TAKEN) {
            stillness.broken(clock.millis());
            if (result.hasFailure()) {
                noteFailure(result);
            } else if (lease.getGroupId() >= 0) {
                tokensCollected += Tokens.sampled(result.getGroup());
            }
        }
        message.replyTo()
                .tell(new WorkerProtocol.DeliveryAcknowledged(Acknowledgement.newBuilder()
                        .setLease(lease)
                        .setTaken(receipt == Receipt.TAKEN)
                        .build()));
        settle();
        return this;
    }

    private void noteFailure(WorkResult result) {
        String group = "group " + result.getLease().getGroupId();
        String reason = Reasons.name(result.getFailure());
        if (reason.equals(CoordinatorProtocol.LEAVING)) {
            journal.event("handed-back", group + " was handed back by a worker that leaves; it is leased again");
        } else if (Reasons.isOfEngine(reason)) {
            journal.event("lost", group + " was lost: " + result.getFailure());
        } else {
            journal.event("discarded", group + " was given up: " + result.getFailure());
        }
    }

    private Behavior<Command> onBatchWanted(BatchWanted message) {
        batches.want(message, clock.millis());
        settle();
        return this;
    }

    private Behavior<Command> onBatchDone(BatchDone message) {
        batches.done(message.skipped(), version);
        version = message.version();
        desk.advance(version);
        stillness.broken(clock.millis());
        message.replyTo()
                .tell(new Accounts(ledger.snapshot(), ledger.discarded(), tokensCollected, roster.pauseSeconds()));
        grant();
        return this;
    }

    private Behavior<Command> onEndTraining(EndTraining message) {
        batches.close();
        desk.endTraining().forEach(lease -> {
            roster.touch(lease.worker());
            withdraw(lease.worker(), lease.group(), lease.attempt());
        });
        return this;
    }

    private Behavior<Command> onEvaluate(Evaluate message) {
        desk.begin(message);
        stillness.broken(clock.millis());
        settle();
        return this;
    }

    private Behavior<Command> onWhatIsWaitedFor(WhatIsWaitedFor message) {
        message.replyTo().tell(new Waiting(waiting()));
        return this;
    }

    private Behavior<Command> onHowItStands(HowItStands message) {
        long now = clock.millis();
        ClusterStatus.Builder status = ClusterStatus.newBuilder()
                .setStamp(settings.stamp())
                .setVersion(version)
                .setSteps(settings.steps())
                .setLedger(ledger.snapshot())
                .setCollected(ledger.collected())
                .addAllWaiting(waiting())
                .setStillSeconds((double) stillness.seconds(now));
        new StandingLines(desk, roster, ledger, now).addTo(status);
        message.replyTo().tell(new Standing(status.build()));
        return this;
    }

    private Behavior<Command> onSweep(Sweep tick) {
        long now = clock.millis();
        lost(desk.expire(now), "lease expired");
        if (stillness.isTooLong(now)) {
            journal.event(
                    "stalled",
                    "nothing has moved for " + stillness.seconds(now) + " s; waiting for: "
                            + String.join("; ", waiting()));
        }
        journal.waiting(waiting());
        return this;
    }

    private Behavior<Command> onWorkerGone(WorkerGone message) {
        if (roster.find(message.worker(), message.reference()) != null) {
            roster.remove(message.worker());
            journal.event("worker", "rollout worker " + message.worker() + " is gone");
            lost(desk.forfeit(message.worker()), "worker " + message.worker() + " is gone");
        }
        return this;
    }

    private Behavior<Command> onNodeUnreachable(NodeUnreachable message) {
        for (Roster.Entry worker : roster.at(message.address())) {
            worker.silenced();
            journal.event("worker", "rollout worker " + worker.name() + " does not answer; its leases go to others");
            lost(desk.forfeit(worker.name()), "worker " + worker.name() + " does not answer");
        }
        return this;
    }

    private Behavior<Command> onUndecodable(Undecodable message) {
        undecodable++;
        if (Long.bitCount(undecodable) == 1) { // the first, the second, the fourth …: nobody fills the log
            journal.event(
                    "undecodable",
                    "a message of type " + message.manifest() + " was refused: " + message.reason() + " (" + undecodable
                            + " so far)");
        }
        return this;
    }

    private boolean isGhost(RunStamp stamp, String sender) {
        if (stamp.equals(settings.stamp())) {
            return false;
        }
        ghosts++;
        if (Long.bitCount(ghosts) == 1) { // the first, the second, the fourth …: a ghost speaks every second
            journal.event(
                    "ghost",
                    "refused a message of " + sender + " that belongs to run \"" + stamp.getRunId() + "\", epoch "
                            + stamp.getEpoch() + " (" + ghosts + " so far)");
        }
        return true;
    }

    private void lost(List<LostLease> leases, String why) {
        for (LostLease lease : leases) {
            journal.event(
                    lease.discarded() ? "discarded" : "lease-lost",
                    "group " + lease.group() + ", attempt " + lease.attempt() + ": " + why
                            + (lease.discarded() ? "; given up" : "; it is leased again"));
            roster.touch(lease.worker());
            withdraw(lease.worker(), lease.group(), lease.attempt());
        }
        if (!leases.isEmpty()) {
            settle();
        }
    }

    private void withdraw(String worker, long group, int attempt) {
        Roster.Entry entry = roster.find(worker);
        if (entry != null) {
            withdraw(entry.reference(), group, attempt);
        }
    }

    private void withdraw(ActorRef<WorkerProtocol.Command> worker, long group, int attempt) {
        worker.tell(new WorkerProtocol.LeaseWithdrawn(Withdrawal.newBuilder()
                .setLease(Lease.newBuilder()
                        .setStamp(settings.stamp())
                        .setGroupId(group)
                        .setAttempt(attempt))
                .build()));
    }

    /** After anything that may have completed something: a batch, an evaluation, room for more. */
    private void settle() {
        batches.hand(version, clock.millis());
        desk.round()
                .ifPresent(round -> journal.evaluationProgress(
                        round.order().name(), round.done(), round.order().count()));
        desk.finishedRound().ifPresent(round -> {
            SortedMap<String, Score> scores = new TreeMap<>();
            round.tallies()
                    .forEach((family, tally) ->
                            scores.put(family, new Score(tally.solved(), tally.judged(), tally.failed())));
            round.order().replyTo().tell(new Evaluated(scores));
        });
        grant();
    }

    /** Leases what may be leased to the workers that have room, to the one with the most room first. */
    private void grant() {
        long now = clock.millis();
        desk.grant(roster, now).forEach((worker, grant) -> {
            for (Work work : grant.getWorkList()) {
                if (work.getLease().getAttempt() > 1) {
                    journal.event(
                            "leased-again",
                            "group " + work.getLease().getGroupId() + ", attempt "
                                    + work.getLease().getAttempt() + ": to " + worker.name());
                }
            }
            worker.reference().tell(new WorkerProtocol.WorkGranted(grant));
        });
    }

    private List<String> waiting() {
        WaitingLines words = new WaitingLines(desk, roster, ledger, clock.millis());
        List<String> lines = new ArrayList<>();
        batches.waiting(words).ifPresent(lines::add);
        lines.addAll(words.details());
        return lines;
    }
}
