package io.troupe.actors.coordinator;

import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.Demand;
import io.troupe.proto.v1.Lease;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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

        /** The trajectories that the worker can take, by its last word and what was granted to it since. */
        int freeSlots(Collection<Granted> granted) {
            int unseen = granted.stream()
                    .filter(lease -> lease.worker().equals(name) && !held.contains(lease.key()))
                    .mapToInt(Granted::slots)
                    .sum();
            return demand.getFreeSlots() - unseen;
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

    /** A lease that is out, and how many trajectories it takes. */
    record Granted(String worker, LeaseKey key, int slots) {}

    private final SortedMap<String, Entry> workers = new TreeMap<>();
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

    Entry add(String name, ActorRef<WorkerProtocol.Command> reference) {
        remove(name);
        Entry entry = new Entry(name, reference);
        workers.put(name, entry);
        return entry;
    }

    void remove(String name) {
        Entry entry = workers.remove(name);
        if (entry != null) {
            pausesOfTheGone += entry.demand.getPauseSeconds();
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
        entry.held.clear();
        demand.getHeldList().forEach(lease -> entry.held.add(LeaseKey.of(lease)));
        return progress;
    }

    List<Entry> all() {
        return new ArrayList<>(workers.values());
    }

    double pauseSeconds() {
        return pausesOfTheGone
                + workers.values().stream()
                        .mapToDouble(entry -> entry.demand.getPauseSeconds())
                        .sum();
    }
}
