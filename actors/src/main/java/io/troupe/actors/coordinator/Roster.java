package io.troupe.actors.coordinator;

import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Lease;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The rollout workers that the coordinator knows, and what each said last. Not thread-safe. */
final class Roster {

    /** A worker. */
    static final class Entry {
        private final String name;
        private final ActorRef<WorkerProtocol.Command> reference;
        private final Set<LeaseKey> held = new HashSet<>();
        private Demand demand = Demand.getDefaultInstance();
        private long heardMillis;
        private int free; // changed only while it is not in the order of room

        Entry(String name, ActorRef<WorkerProtocol.Command> reference) {
            this.name = name;
            this.reference = reference;
        }

        String name() {
            return name;
        }

        ActorRef<WorkerProtocol.Command> reference() {
            return reference;
        }

        Demand demand() {
            return demand;
        }

        /** Whether the worker has said anything since a time. One that has not gets no more work. */
        boolean heardSince(long millis) {
            return heardMillis >= millis;
        }

        /** Until it speaks again it counts as one that has not been heard of. */
        void silenced() {
            heardMillis = Long.MIN_VALUE;
        }

        /** The trajectories that the worker can take, by its last word and what was granted to it since. */
        int freeSlots() {
            return free;
        }

        /** The leases that the worker says it holds: a view. */
        Set<LeaseKey> held() {
            return Collections.unmodifiableSet(held);
        }

        /** How long it has said nothing; -1 if it counts as silent. */
        double silentSeconds(long nowMillis) {
            return heardMillis == Long.MIN_VALUE ? -1 : (nowMillis - heardMillis) / 1000.0;
        }

        boolean holds(LeaseKey lease) {
            return held.contains(lease);
        }
    }

    /** A lease by name. */
    record LeaseKey(long group, int attempt) {
        static LeaseKey of(Lease lease) {
            return new LeaseKey(lease.getGroupId(), lease.getAttempt());
        }
    }

    private final SortedMap<String, Entry> workers = new TreeMap<>();
    private final Map<ActorRef<WorkerProtocol.Command>, Entry> byReference = new HashMap<>();
    private final Set<Entry> changed = new LinkedHashSet<>();
    private final NavigableSet<Entry> byRoom =
            new TreeSet<>(Comparator.comparingInt((Entry entry) -> -entry.free).thenComparing(Entry::name));
    private double pausesOfTheGone;

    /** The worker of this name, if it is still the same actor. */
    @Nullable
    Entry find(String name, ActorRef<WorkerProtocol.Command> reference) {
        Entry entry = workers.get(name);
        return entry != null && entry.reference.equals(reference) ? entry : null;
    }

    @Nullable
    Entry find(String name) {
        return workers.get(name);
    }

    /** The worker that is this actor, whatever it is called. */
    @Nullable
    Entry find(ActorRef<WorkerProtocol.Command> reference) {
        return byReference.get(reference);
    }

    Entry add(String name, ActorRef<WorkerProtocol.Command> reference) {
        remove(name);
        Entry entry = new Entry(name, reference);
        workers.put(name, entry);
        byReference.put(reference, entry);
        return entry;
    }

    void remove(String name) {
        Entry entry = workers.remove(name);
        if (entry != null) {
            pausesOfTheGone += entry.demand.getPauseSeconds();
            byReference.remove(entry.reference);
            byRoom.remove(entry);
            changed.remove(entry);
        }
    }

    /**
     * Notes what a worker said.
     *
     * @return whether it got on since it spoke last: it sampled, or it is new
     */
    boolean note(Entry entry, Demand demand, long nowMillis) {
        boolean progress = demand.getTokensSampled() != entry.demand.getTokensSampled()
                || demand.getPauseSeconds() != entry.demand.getPauseSeconds();
        entry.demand = demand;
        entry.heardMillis = nowMillis;
        changed.add(entry);
        entry.held.clear();
        demand.getHeldList().forEach(lease -> entry.held.add(LeaseKey.of(lease)));
        return progress;
    }

    /** What this worker holds has changed otherwise than by its own word. */
    void touch(String name) {
        Entry entry = workers.get(name);
        if (entry != null) {
            changed.add(entry);
        }
    }

    /**
     * Counts anew how much room the workers have about whom anything changed.
     *
     * @param unseen trajectories of leases that a worker holds and has not yet spoken of
     */
    void recount(ToIntFunction<Entry> unseen) {
        for (Entry entry : changed) {
            place(entry, entry.demand.getFreeSlots() - unseen.applyAsInt(entry));
        }
        changed.clear();
    }

    /** The worker with the most room, the first by name of several; null if none has any. */
    @Nullable
    Entry roomiest() {
        return byRoom.isEmpty() ? null : byRoom.first();
    }

    /** Some of a worker's room is taken. */
    void take(Entry entry, int slots) {
        place(entry, entry.free - slots);
    }

    /** A worker gets no work before it speaks again. */
    void rest(Entry entry) {
        byRoom.remove(entry);
    }

    private void place(Entry entry, int free) {
        byRoom.remove(entry);
        entry.free = free;
        if (free > 0) {
            byRoom.add(entry);
        }
    }

    List<Entry> all() {
        return new ArrayList<>(workers.values());
    }

    /** The workers of another node. */
    List<Entry> at(Address node) {
        return workers.values().stream()
                .filter(entry -> entry.reference.path().address().equals(node))
                .toList();
    }

    double pauseSeconds() {
        return pausesOfTheGone
                + workers.values().stream()
                        .mapToDouble(entry -> entry.demand.getPauseSeconds())
                        .sum();
    }
}
