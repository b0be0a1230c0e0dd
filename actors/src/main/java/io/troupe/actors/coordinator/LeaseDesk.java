package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.GroupState.Leased;
import io.troupe.actors.coordinator.Ledger.LostLease;
import io.troupe.actors.coordinator.Ledger.Receipt;
import io.troupe.actors.coordinator.Roster.LeaseKey;
import io.troupe.actors.wire.CoordinatorProtocol;
import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands out leases, for training by the ledger and the gate, for an evaluation by its round, and takes them back. An evaluation
 * goes first. Not thread-safe.
 */
final class LeaseDesk {

    private final CoordinatorSettings settings;
    private final TaskStream tasks;
    private final Ledger ledger;
    private boolean training = true;
    private long version;
    private long evaluated;
    private @Nullable EvaluationRound round;

    LeaseDesk(CoordinatorSettings settings, TaskStream tasks, Ledger ledger, long version) {
        this.settings = settings;
        this.tasks = tasks;
        this.ledger = ledger;
        this.version = version;
    }

    /** The learner holds this version now. */
    void advance(long newVersion) {
        version = newVersion;
    }

    /** Leases no more for training; those that are out are taken back. */
    List<LostLease> endTraining() {
        training = false;
        return ledger.recall();
    }

    /** Begins an evaluation. */
    void begin(Coordinator.Evaluate order) {
        if (round != null) {
            throw new IllegalStateException("evaluation \"" + order.name() + "\" was ordered before \""
                    + round.order().name() + "\" is done");
        }
        round = new EvaluationRound(order, evaluated, settings.maxAttempts());
        evaluated += order.count();
    }

    /** The evaluation that goes on. */
    Optional<EvaluationRound> round() {
        return Optional.ofNullable(round);
    }

    /** The evaluation, if it is done now: it is given out once. */
    Optional<EvaluationRound> finishedRound() {
        EvaluationRound current = round;
        if (current == null || !current.finished()) {
            return Optional.empty();
        }
        round = null;
        return Optional.of(current);
    }

    /** Fills the free slots of the workers, of the one with the most room first. What each gets comes as one grant. */
    Map<Roster.Entry, Grant> grant(Roster roster, long nowMillis) {
        roster.recount(this::unseen);
        Map<Roster.Entry, Grant.Builder> grants = new LinkedHashMap<>();
        long silentBefore = nowMillis - settings.leaseTimeout().toMillis() / 2;
        for (Roster.Entry roomiest = roster.roomiest(); roomiest != null; roomiest = roster.roomiest()) {
            if (!roomiest.heardSince(silentBefore)) {
                roster.rest(roomiest);
                continue;
            }
            Optional<Work> work = next(roomiest.name(), roomiest.freeSlots(), nowMillis);
            if (work.isEmpty()) {
                break; // there is nothing, or too little room even here
            }
            roster.take(roomiest, work.get().getGroupSize());
            add(grants.computeIfAbsent(roomiest, fresh -> Grant.newBuilder()), work.get());
        }
        Map<Roster.Entry, Grant> built = new LinkedHashMap<>();
        grants.forEach((worker, grant) -> built.put(worker, grant.build()));
        return built;
    }

    /** Trajectories of the leases that a worker has not spoken of yet. */
    private int unseen(Roster.Entry worker) {
        int slots = 0;
        for (Map.Entry<Long, Leased> lease : ledger.leases(worker.name()).entrySet()) {
            if (!worker.holds(new LeaseKey(lease.getKey(), lease.getValue().attempts()))) {
                slots += settings.groupSize();
            }
        }
        EvaluationRound current = round;
        if (current != null) {
            for (Map.Entry<Long, Leased> lease :
                    current.ledger().leases(worker.name()).entrySet()) {
                long id = current.groupId(lease.getKey());
                if (!worker.holds(new LeaseKey(id, lease.getValue().attempts()))) {
                    slots++;
                }
            }
        }
        return slots;
    }

    /** Books what a worker brings. */
    Receipt deliver(WorkResult result) {
        Lease lease = result.getLease();
        long id = lease.getGroupId();
        int attempt = lease.getAttempt();
        EvaluationRound current = round;
        if (id < 0) {
            return current == null ? Receipt.SETTLED : deliver(current, result, current.index(id), attempt);
        }
        if (!result.hasGroup()) {
            String reason = Reasons.name(result.getFailure());
            if (reason.equals(CoordinatorProtocol.LEAVING)) {
                return ledger.handBack(id, attempt);
            }
            return Reasons.isOfEngine(reason) ? ledger.giveBack(id, attempt, reason) : ledger.fail(id, attempt, reason);
        }
        Optional<String> fault = fault(result, settings.groupSize());
        return fault.isPresent() ? ledger.fail(id, attempt, fault.get()) : ledger.collect(attempt, result.getGroup());
    }

    /** Prolongs the leases that a worker holds. */
    void renew(Roster.Entry worker, long nowMillis) {
        long deadline = deadline(nowMillis);
        EvaluationRound current = round;
        for (LeaseKey held : worker.held()) {
            if (held.group() >= 0) {
                ledger.renew(held.group(), held.attempt(), worker.name(), deadline);
            } else if (current != null) {
                current.ledger().renew(current.index(held.group()), held.attempt(), worker.name(), deadline);
            }
        }
    }

    /** Whether a lease that a worker says it holds is not its any more. */
    boolean isLost(Lease held) {
        long id = held.getGroupId();
        EvaluationRound current = round;
        if (id >= 0) {
            return ledger.isLost(id, held.getAttempt());
        }
        return current == null || current.ledger().isLost(current.index(id), held.getAttempt());
    }

    /** Takes back the leases whose deadline has passed. */
    List<LostLease> expire(long nowMillis) {
        List<LostLease> lost = new ArrayList<>(ledger.expire(nowMillis));
        EvaluationRound current = round;
        if (current != null) {
            lost.addAll(note(current, current.ledger().expire(nowMillis)));
        }
        return lost;
    }

    /** Takes back the leases of a worker that is gone. */
    List<LostLease> forfeit(String worker) {
        List<LostLease> lost = new ArrayList<>(ledger.forfeit(worker));
        EvaluationRound current = round;
        if (current != null) {
            lost.addAll(note(current, current.ledger().forfeit(worker)));
        }
        return lost;
    }

    private void add(Grant.Builder grant, Work work) {
        EvaluationRound current = round;
        boolean exact = work.getLease().getGroupId() < 0;
        grant.setPolicyVersion(exact && current != null ? current.order().version() : version)
                .setExactVersion(exact)
                .addWork(work);
    }

    private Optional<Work> next(String worker, int room, long nowMillis) {
        EvaluationRound current = round;
        if (current != null) {
            OptionalLong index = room < 1 ? OptionalLong.empty() : current.next();
            if (index.isEmpty()) {
                return Optional.empty();
            }
            TaskStream stream = current.order().tasks();
            long deadline = deadline(nowMillis);
            int attempt = current.ledger().lease(index.getAsLong(), worker, nowMillis, deadline);
            return Optional.of(work(
                    lease(current.groupId(index.getAsLong()), attempt, deadline),
                    stream.task(index.getAsLong()),
                    1,
                    current.order().sampling(),
                    stream.samplingSeed(index.getAsLong()),
                    Drafting.getDefaultInstance()));
        }
        if (!training || room < settings.groupSize()) {
            return Optional.empty();
        }
        OptionalLong id = nextTrainingGroup();
        if (id.isEmpty()) {
            return Optional.empty();
        }
        long deadline = deadline(nowMillis);
        int attempt = ledger.lease(id.getAsLong(), worker, nowMillis, deadline);
        return Optional.of(work(
                lease(id.getAsLong(), attempt, deadline),
                tasks.task(id.getAsLong()),
                settings.groupSize(),
                settings.sampling(),
                tasks.samplingSeed(id.getAsLong()),
                settings.drafting()));
    }

    /** A group that lost its lease goes before a new one; a new one is admitted only when a worker has room for it. */
    private OptionalLong nextTrainingGroup() {
        OptionalLong waiting = ledger.nextAdmitted();
        if (waiting.isPresent()) {
            return waiting;
        }
        return capacity() > 0 ? OptionalLong.of(ledger.admit()) : OptionalLong.empty();
    }

    /** How many more groups may be admitted: by the gate, and by what can still be trained before the last step. */
    private long capacity() {
        StalenessGate gate = settings.gate();
        long accepted = gate.acceptedOnRecovery(version) + ledger.collected();
        long useful = Math.multiplyExact(settings.steps(), gate.batchGroups()) - accepted - ledger.running();
        return Math.min(useful, gate.capacity(version, accepted, ledger.running()));
    }

    private static Work work(Lease lease, Task task, int size, Sampling sampling, long seed, Drafting drafting) {
        return Work.newBuilder()
                .setLease(lease)
                .setTask(task)
                .setGroupSize(size)
                .setSampling(sampling)
                .setSeed(seed)
                .setDrafting(drafting)
                .build();
    }

    private Lease lease(long id, int attempt, long deadlineMillis) {
        return Lease.newBuilder()
                .setStamp(settings.stamp())
                .setGroupId(id)
                .setAttempt(attempt)
                .setDeadlineMillis(deadlineMillis)
                .build();
    }

    private long deadline(long nowMillis) {
        return nowMillis + settings.leaseTimeout().toMillis();
    }

    private static Receipt deliver(EvaluationRound round, WorkResult result, long index, int attempt) {
        if (!result.hasGroup()) {
            String reason = Reasons.name(result.getFailure());
            if (reason.equals(CoordinatorProtocol.LEAVING)) {
                return round.handBack(index, attempt);
            }
            return Reasons.isOfEngine(reason)
                    ? round.giveBack(index, attempt, reason)
                    : round.fail(index, attempt, reason);
        }
        Optional<String> fault = fault(result, 1);
        return fault.isPresent()
                ? round.fail(index, attempt, fault.get())
                : round.collect(index, attempt, result.getGroup());
    }

    private static Optional<String> fault(WorkResult result, int size) {
        Group group = result.getGroup();
        boolean whole = group.getId() == result.getLease().getGroupId() && group.getTrajectoriesCount() == size;
        return whole ? Optional.empty() : Optional.of("malformed-result");
    }

    private static List<LostLease> note(EvaluationRound round, List<LostLease> lost) {
        List<LostLease> named = new ArrayList<>();
        for (LostLease lease : lost) {
            if (lease.discarded()) {
                round.noteFailure(lease.group());
            }
            named.add(new LostLease(round.groupId(lease.group()), lease.worker(), lease.attempt(), lease.discarded()));
        }
        return named;
    }
}
