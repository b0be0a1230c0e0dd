package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.GroupState.Admitted;
import io.troupe.actors.coordinator.GroupState.Collected;
import io.troupe.actors.coordinator.GroupState.Leased;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The groups in flight by id, and the same by what is asked of them with every message: which waits for a worker, what a worker holds, what is complete and how
 * old. So a message costs the same whether ten groups are in flight or thousands. Not thread-safe.
 */
final class InFlight {

    private final NavigableMap<Long, GroupState> all = new TreeMap<>();
    private final NavigableSet<Long> waiting = new TreeSet<>();
    private final Map<String, NavigableMap<Long, Leased>> leases = new HashMap<>();
    private final NavigableMap<Long, Collected> ready = new TreeMap<>();
    private final NavigableMap<Long, NavigableSet<Long>> readyByVersion = new TreeMap<>();

    @Nullable
    GroupState get(long id) {
        return all.get(id);
    }

    void put(long id, GroupState state) {
        GroupState former = all.put(id, state);
        if (former != null) {
            forget(id, former);
        }
        if (state instanceof Admitted) {
            waiting.add(id);
        } else if (state instanceof Leased lease) {
            leases.computeIfAbsent(lease.worker(), fresh -> new TreeMap<>()).put(id, lease);
        } else if (state instanceof Collected group && !group.handed()) {
            ready.put(id, group);
            readyByVersion
                    .computeIfAbsent(group.oldestVersion(), fresh -> new TreeSet<>())
                    .add(id);
        }
    }

    @Nullable
    GroupState remove(long id) {
        GroupState former = all.remove(id);
        if (former != null) {
            forget(id, former);
        }
        return former;
    }

    int size() {
        return all.size();
    }

    /** All by id: a view. */
    SortedMap<Long, GroupState> view() {
        return Collections.unmodifiableSortedMap(all);
    }

    /** The groups that wait for a worker, oldest first: a view. */
    NavigableSet<Long> waiting() {
        return Collections.unmodifiableNavigableSet(waiting);
    }

    /** What a worker holds, by id: a view. */
    NavigableMap<Long, Leased> leases(String worker) {
        NavigableMap<Long, Leased> held = leases.get(worker);
        return held == null ? Collections.emptyNavigableMap() : Collections.unmodifiableNavigableMap(held);
    }

    /**
     * The complete groups of which the next batch may be made, oldest first.
     *
     * @param consecutive only those before the oldest that is not complete
     */
    NavigableMap<Long, Collected> next(boolean consecutive) {
        if (!consecutive) {
            return Collections.unmodifiableNavigableMap(ready);
        }
        NavigableMap<Long, Collected> next = new TreeMap<>();
        for (Map.Entry<Long, GroupState> entry : all.entrySet()) {
            if (!(entry.getValue() instanceof Collected group) || group.handed()) {
                break;
            }
            next.put(entry.getKey(), group);
        }
        return next;
    }

    /** The complete groups that are not handed out, by the version of the oldest token: a view. */
    NavigableMap<Long, NavigableSet<Long>> readyByVersion() {
        return Collections.unmodifiableNavigableMap(readyByVersion);
    }

    private void forget(long id, GroupState former) {
        if (former instanceof Admitted) {
            waiting.remove(id);
        } else if (former instanceof Leased lease) {
            NavigableMap<Long, Leased> held = leases.get(lease.worker());
            if (held != null) {
                held.remove(id);
                if (held.isEmpty()) {
                    leases.remove(lease.worker());
                }
            }
        } else if (former instanceof Collected group && ready.remove(id) != null) {
            NavigableSet<Long> ofVersion = readyByVersion.get(group.oldestVersion());
            if (ofVersion != null) {
                ofVersion.remove(id);
                if (ofVersion.isEmpty()) {
                    readyByVersion.remove(group.oldestVersion());
                }
            }
        }
    }
}
