package io.troupe.actors.worker;

import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a worker, from grant to acknowledgement: those that wait for a policy version, those that are sampled, those that
 * are delivered and not acknowledged. Not thread-safe.
 */
final class Holdings {

    private record Key(long group, int attempt) {
        static Key of(Lease lease) {
            return new Key(lease.getGroupId(), lease.getAttempt());
        }
    }

    private static final class Holding {
        private final Work work;
        private final long policyVersion;
        private final boolean exactVersion;
        private boolean started;
        private @Nullable WorkResult result;
        private long sentNanos;

        Holding(Work work, long policyVersion, boolean exactVersion) {
            this.work = work;
            this.policyVersion = policyVersion;
            this.exactVersion = exactVersion;
        }

        boolean mayStart(long version) {
            return !started && result == null && (exactVersion ? version == policyVersion : version >= policyVersion);
        }
    }

    private final Map<Key, Holding> held = new LinkedHashMap<>();

    /** Takes work; what is held already is ignored. */
    void take(Work work, long policyVersion, boolean exactVersion) {
        held.putIfAbsent(Key.of(work.getLease()), new Holding(work, policyVersion, exactVersion));
    }

    /** The work that may be sampled now that this version is loaded; it counts as started. */
    List<Work> startable(long version) {
        List<Work> startable = new ArrayList<>();
        for (Holding holding : held.values()) {
            if (holding.mayStart(version)) {
                holding.started = true;
                startable.add(holding.work);
            }
        }
        return startable;
    }

    /** Trajectories of the work that is held back. */
    int slotsNotStarted() {
        return held.values().stream()
                .filter(holding -> !holding.started && holding.result == null)
                .mapToInt(holding -> holding.work.getGroupSize())
                .sum();
    }

    /** Keeps what became of a lease until it is acknowledged. Says whether the lease is still held. */
    boolean finish(WorkResult result, long nowNanos) {
        Holding holding = held.get(Key.of(result.getLease()));
        if (holding == null) {
            return false;
        }
        holding.result = result;
        holding.sentNanos = nowNanos;
        return true;
    }

    /** The results that were sent before a time and are not acknowledged; they count as sent again now. */
    List<WorkResult> unacknowledged(long sentBeforeNanos, long nowNanos) {
        List<WorkResult> again = new ArrayList<>();
        for (Holding holding : held.values()) {
            WorkResult result = holding.result;
            if (result != null && holding.sentNanos - sentBeforeNanos <= 0) {
                holding.sentNanos = nowNanos;
                again.add(result);
            }
        }
        return again;
    }

    /** The coordinator has the result of a lease, or wants it no more. */
    void settle(Lease lease) {
        Holding holding = held.get(Key.of(lease));
        if (holding != null && holding.result != null) {
            held.remove(Key.of(lease));
        }
    }

    /** Drops a lease that is lost. Says whether a sampler may be at work on it. */
    boolean drop(Lease lease) {
        Holding holding = held.remove(Key.of(lease));
        return holding != null && holding.started && holding.result == null;
    }

    /** The work that waits for a policy version. */
    List<Work> notStarted() {
        return held.values().stream()
                .filter(holding -> !holding.started && holding.result == null)
                .map(holding -> holding.work)
                .toList();
    }

    /** The work of which nothing has become yet. */
    List<Work> withoutResult() {
        return held.values().stream()
                .filter(holding -> holding.result == null)
                .map(holding -> holding.work)
                .toList();
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** The leases by name. */
    List<Lease> leases() {
        List<Lease> leases = new ArrayList<>();
        for (Key key : held.keySet()) {
            leases.add(Lease.newBuilder()
                    .setGroupId(key.group())
                    .setAttempt(key.attempt())
                    .build());
        }
        return leases;
    }
}
