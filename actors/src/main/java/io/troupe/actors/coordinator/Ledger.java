package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.GroupState.Admitted;
import io.troupe.actors.coordinator.GroupState.Collected;
import io.troupe.actors.coordinator.GroupState.Leased;
import io.troupe.proto.v1.DiscardCount;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.LedgerState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What became of every group of a run: {@code ADMITTED → LEASED(worker, attempt) → COLLECTED → TRAINED(version) |
 * DISCARDED(reason)}. Every admitted group ends in exactly one of the last two, and none is trained twice. Only groups in flight
 * are held one by one; the others are counters, so that memory follows the groups in flight and not the length of the run.
 *
 * <p>Not thread-safe: it lives in one actor. A call that would break an invariant throws {@link IllegalStateException} and
 * changes nothing.
 */
public final class Ledger {

    /** What came of a delivery. */
    public enum Receipt {
        /** It is the first of this lease and was taken. */
        TAKEN,
        /** The same lease has delivered before, or the group is trained or discarded. */
        SETTLED,
        /** The lease was lost: the group waits for another worker or has one. */
        LEASE_LOST,
        /** No such group was ever admitted. */
        UNKNOWN
    }

    /**
     * A lease that was lost.
     *
     * @param group the group
     * @param worker who held it
     * @param attempt the number of the lease
     * @param discarded whether it was the last attempt, so that the group is given up
     */
    public record LostLease(long group, String worker, int attempt, boolean discarded) {}

    private final int maxAttempts;
    private final InFlight inFlight = new InFlight();
    private final SortedSet<Long> reopened = new TreeSet<>();
    private final SortedMap<String, Long> discarded = new TreeMap<>();
    private final Map<Long, Integer> handedBack = new HashMap<>();
    private long cursor;
    private long trained;
    private int collected;

    /** @param maxAttempts leases of a group before it is discarded, at least 1 */
    public Ledger(int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("max-attempts must be >= 1, not " + maxAttempts);
        }
        this.maxAttempts = maxAttempts;
    }

    /** The ledger of a checkpoint. What was in flight then is admitted anew, lowest id first, before any new group. */
    public static Ledger restore(LedgerState state, int maxAttempts) {
        Ledger ledger = new Ledger(maxAttempts);
        ledger.cursor = state.getCursor();
        ledger.trained = state.getTrained();
        for (DiscardCount count : state.getDiscardedList()) {
            ledger.discarded.merge(count.getReason(), count.getGroups(), Long::sum);
        }
        for (long id : state.getOpenList()) {
            if (id < 0 || id >= ledger.cursor || !ledger.reopened.add(id)) {
                throw new IllegalArgumentException("open group " + id + " of the ledger is not one of 0.."
                        + (ledger.cursor - 1) + ", or is listed twice");
            }
        }
        ledger.check();
        return ledger;
    }

    /** What must be remembered to go on from here. Everything in flight counts as not done. */
    public LedgerState snapshot() {
        SortedSet<Long> open = new TreeSet<>(reopened);
        open.addAll(inFlight.view().keySet());
        long end = cursor;
        while (!open.isEmpty() && open.last() == end - 1) {
            open.remove(--end);
        }
        LedgerState.Builder state =
                LedgerState.newBuilder().setTrained(trained).setCursor(end).addAllOpen(open);
        discarded.forEach((reason, groups) ->
                state.addDiscarded(DiscardCount.newBuilder().setReason(reason).setGroups(groups)));
        return state.build();
    }

    /** Admits the next group and says which it is. */
    public long admit() {
        long id;
        if (reopened.isEmpty()) {
            id = cursor++;
        } else {
            id = reopened.first();
            reopened.remove(id);
        }
        inFlight.put(id, new Admitted(0));
        check();
        return id;
    }

    /** The oldest group that waits for a worker. */
    public OptionalLong nextAdmitted() {
        return inFlight.waiting().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(inFlight.waiting().first());
    }

    /** Leases an admitted group and says which attempt it is, from 1. */
    public int lease(long id, String worker, long nowMillis, long deadlineMillis) {
        if (!(inFlight.get(id) instanceof Admitted admitted)) {
            throw new IllegalStateException("group " + id + " cannot be leased: it is " + describe(id));
        }
        int attempt = admitted.attempts() + 1;
        inFlight.put(id, new Leased(attempt, worker, nowMillis, deadlineMillis));
        return attempt;
    }

    /** Takes back the leases whose deadline has passed. */
    public List<LostLease> expire(long nowMillis) {
        List<LostLease> lost = new ArrayList<>();
        inFlight.view().forEach((id, state) -> {
            if (state instanceof Leased lease && lease.deadlineMillis() <= nowMillis) {
                lost.add(lostLease(id, lease));
            }
        });
        return forfeit(lost, "lease expired");
    }

    /** Takes back the leases of a worker that is gone. */
    public List<LostLease> forfeit(String worker) {
        List<LostLease> lost = new ArrayList<>();
        inFlight.leases(worker).forEach((id, lease) -> lost.add(lostLease(id, lease)));
        return forfeit(lost, "worker lost");
    }

    /** Books a sampled group under the lease that it was sampled under. */
    public Receipt collect(int attempt, Group group) {
        Receipt receipt = receipt(group.getId(), attempt);
        if (receipt == Receipt.TAKEN) {
            long oldest = StalenessGate.oldestTokenVersion(group).orElse(Long.MAX_VALUE);
            inFlight.put(group.getId(), new Collected(attempt, group, oldest, false));
            collected++;
        }
        return receipt;
    }

    /** Books that a lease ended without a group: the group is discarded under the worker's reason. */
    public Receipt fail(long id, int attempt, String reason) {
        Receipt receipt = receipt(id, attempt);
        if (receipt == Receipt.TAKEN) {
            discard(id, reason);
        }
        return receipt;
    }

    /** Books that a lease ended through no fault of its group, which is leased again, as long as it has leases left. */
    public Receipt giveBack(long id, int attempt, String reason) {
        Receipt receipt = receipt(id, attempt);
        if (receipt == Receipt.TAKEN && isLast(id, attempt)) {
            discard(id, reason);
        } else if (receipt == Receipt.TAKEN) {
            inFlight.put(id, new Admitted(attempt));
        }
        return receipt;
    }

    /** Books that a worker hands a lease back before it leaves. However often that happens, it uses up none of the group's leases. */
    public Receipt handBack(long id, int attempt) {
        Receipt receipt = receipt(id, attempt);
        if (receipt == Receipt.TAKEN) {
            handedBack.merge(id, 1, Integer::sum);
            inFlight.put(id, new Admitted(attempt));
        }
        return receipt;
    }

    /** Gives up a group that is in flight. */
    public void discard(long id, String reason) {
        GroupState state = inFlight.remove(id);
        if (state == null) {
            throw new IllegalStateException("group " + id + " cannot be discarded: it is " + describe(id));
        }
        if (state instanceof Collected) {
            collected--;
        }
        handedBack.remove(id);
        discarded.merge(reason, 1L, Long::sum);
        check();
    }

    /**
     * Discards the collected groups that may no longer be trained at this version.
     *
     * @return the ids of those discarded, under the reason {@code "too-stale"}
     */
    public List<Long> discardTooStale(StalenessGate gate, long version) {
        List<Long> stale = new ArrayList<>();
        for (Map.Entry<Long, NavigableSet<Long>> entry :
                inFlight.readyByVersion().entrySet()) {
            if (gate.admitsToTraining(version, entry.getKey())) {
                break; // the later ones are admitted all the more
            }
            stale.addAll(entry.getValue());
        }
        Collections.sort(stale);
        stale.forEach(id -> discard(id, "too-stale"));
        return stale;
    }

    /**
     * Discards groups that teach nothing, among the complete ones that would be the next batch, oldest first.
     *
     * @param size of the batch
     * @param consecutive as in {@link #hand}
     * @param most how many may be discarded
     * @return how many were, under the reason {@value Reasons#NO_SIGNAL}
     */
    public int discardWithoutSignal(int size, boolean consecutive, int most) {
        List<Long> idle = new ArrayList<>();
        int kept = 0;
        for (Map.Entry<Long, Collected> entry : inFlight.next(consecutive).entrySet()) {
            if (kept == size || idle.size() == most || (consecutive && isReopenedBefore(entry.getKey()))) {
                break;
            }
            if (Signal.isIn(entry.getValue().group())) {
                kept++;
            } else {
                idle.add(entry.getKey());
            }
        }
        idle.forEach(id -> discard(id, Reasons.NO_SIGNAL));
        return idle.size();
    }

    /**
     * Hands out the oldest complete groups.
     *
     * @param size how many
     * @param consecutive whether the batch must be the oldest groups in flight, complete or not: then it waits for them
     * @return the groups in the order of their ids, or an empty list if there are not enough yet
     */
    public List<Group> hand(int size, boolean consecutive) {
        SortedMap<Long, Collected> next = inFlight.next(consecutive);
        if (!consecutive && next.size() < size) {
            return List.of();
        }
        List<Collected> batch = next.values().stream().limit(size).toList();
        if (batch.size() < size || (consecutive && isReopenedBefore(last(batch)))) {
            return List.of();
        }
        for (Collected group : batch) {
            inFlight.put(
                    group.group().getId(), new Collected(group.attempts(), group.group(), group.oldestVersion(), true));
        }
        return batch.stream().map(Collected::group).toList();
    }

    /**
     * Books a batch as trained.
     *
     * @param version the version that the learner held when it trained on them; the update made the next one
     */
    public void train(Collection<Long> ids, long version, StalenessGate gate) {
        if (new TreeSet<>(ids).size() != ids.size()) {
            throw new IllegalStateException("a group is twice in the batch " + ids);
        }
        for (long id : ids) {
            if (!(inFlight.get(id) instanceof Collected group) || !group.handed()) {
                throw new IllegalStateException("group " + id + " cannot be trained: it is " + describe(id));
            }
            if (!gate.admitsToTraining(version, group.oldestVersion())) {
                throw new IllegalStateException("group " + id + " was trained at version " + version
                        + " although its oldest token is of version " + group.oldestVersion()
                        + " and the staleness bound is " + gate.staleness());
            }
        }
        for (long id : ids) {
            inFlight.remove(id);
            handedBack.remove(id);
            collected--;
            trained++;
        }
        check();
    }

    /** Groups trained since the run was created. */
    public long trained() {
        return trained;
    }

    /** Groups discarded since the run was created, by reason. */
    public SortedMap<String, Long> discarded() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(discarded));
    }

    /** Groups that are complete and not yet trained, those in the learner's hands included. */
    public int collected() {
        return collected;
    }

    /** Groups admitted and not yet collected. */
    public int running() {
        return inFlight.size() - collected;
    }

    /** The groups in flight by id: a view of this moment, not to be kept. */
    SortedMap<Long, GroupState> inFlight() {
        return inFlight.view();
    }

    /** The leases that a worker holds, by group: a view of this moment, not to be kept. */
    SortedMap<Long, Leased> leases(String worker) {
        return inFlight.leases(worker);
    }

    /** Takes back every lease. None is discarded: nobody did anything wrong. */
    List<LostLease> recall() {
        List<LostLease> recalled = new ArrayList<>();
        inFlight.view().forEach((id, state) -> {
            if (state instanceof Leased lease) {
                recalled.add(new LostLease(id, lease.worker(), lease.attempts(), false));
            }
        });
        recalled.forEach(lease -> inFlight.put(lease.group(), new Admitted(lease.attempt())));
        return recalled;
    }

    /** Gives a lease a new deadline, if this worker has it. */
    void renew(long id, int attempt, String worker, long deadlineMillis) {
        if (inFlight.get(id) instanceof Leased lease
                && lease.attempts() == attempt
                && lease.worker().equals(worker)) {
            inFlight.put(id, new Leased(attempt, worker, lease.sinceMillis(), deadlineMillis));
        }
    }

    /** Whether a lease is neither out nor delivered. */
    boolean isLost(long id, int attempt) {
        Receipt receipt = receipt(id, attempt);
        return receipt == Receipt.LEASE_LOST || receipt == Receipt.UNKNOWN;
    }

    private LostLease lostLease(long id, Leased lease) {
        return new LostLease(id, lease.worker(), lease.attempts(), isLast(id, lease.attempts()));
    }

    /** Whether a group is given up when this lease of it is lost. */
    private boolean isLast(long id, int attempt) {
        return attempt - handedBack.getOrDefault(id, 0) >= maxAttempts;
    }

    private List<LostLease> forfeit(List<LostLease> lost, String reason) {
        for (LostLease lease : lost) {
            if (lease.discarded()) {
                discard(lease.group(), reason);
            } else {
                inFlight.put(lease.group(), new Admitted(lease.attempt()));
            }
        }
        return lost;
    }

    private Receipt receipt(long id, int attempt) {
        GroupState state = inFlight.get(id);
        if (state == null) {
            return id < 0 || id >= cursor || reopened.contains(id) ? Receipt.UNKNOWN : Receipt.SETTLED;
        }
        if (state instanceof Collected group && group.attempts() == attempt) {
            return Receipt.SETTLED;
        }
        return state instanceof Leased lease && lease.attempts() == attempt ? Receipt.TAKEN : Receipt.LEASE_LOST;
    }

    /** Whether an older group must be admitted anew first. */
    private boolean isReopenedBefore(long id) {
        return !reopened.isEmpty() && reopened.first() < id;
    }

    private static long last(List<Collected> batch) {
        return batch.get(batch.size() - 1).group().getId();
    }

    private String describe(long id) {
        GroupState state = inFlight.get(id);
        if (state != null) {
            return state.words();
        }
        return id < 0 || id >= cursor || reopened.contains(id) ? "not admitted" : "trained or discarded already";
    }

    private void check() {
        long given = discarded.values().stream().mapToLong(Long::longValue).sum();
        long accounted = trained + given + inFlight.size() + reopened.size();
        if (accounted != cursor) {
            throw new IllegalStateException("the ledger does not add up: " + cursor + " groups begun, but " + trained
                    + " trained, " + given + " discarded, " + inFlight.size() + " in flight and " + reopened.size()
                    + " to admit anew");
        }
    }
}
