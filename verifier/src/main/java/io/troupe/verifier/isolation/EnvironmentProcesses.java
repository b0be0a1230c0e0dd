package io.troupe.verifier.isolation;

import io.troupe.proto.v1.EnvironmentReply;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.proto.v1.FamilyCatalogue;
import io.troupe.verifier.isolation.EnvironmentFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a plug-in folder: some that hold sessions, and one beside them, the desk, which answers what belongs to no session and steps in for a
 * process that was stopped, so that a session is served at once. Safe for any thread.
 */
final class EnvironmentProcesses implements AutoCloseable {

    private static final long WATCH_MILLIS = 100;

    /** A process with sessions, by family. */
    private static final class Room {
        private final EnvironmentProcess process;
        private final Map<String, Integer> sessions = new HashMap<>();
        private long emptySince = System.nanoTime();

        Room(EnvironmentProcess process) {
            this.process = process;
        }

        int size() {
            return sessions.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** 0 is best: ready, of this family alone or empty. */
        int strangeness(String family) {
            return (process.isReady() ? 0 : 2) + (sessions.keySet().stream().allMatch(family::equals) ? 0 : 1);
        }
    }

    /** A session's place in a process. */
    final class Seat {
        private final Room room;
        private final String family;
        private final long session = sessionIds.incrementAndGet();
        private final EnvironmentProcess.Account account = new EnvironmentProcess.Account();

        private Seat(Room room, String family) {
            this.room = room;
            this.family = family;
        }

        long session() {
            return session;
        }

        boolean isLost() {
            return !room.process.isAlive();
        }

        EnvironmentFailure lost() {
            return room.process.lost(family);
        }

        void beginEpisode() {
            account.reset();
        }

        EnvironmentReply call(EnvironmentRequest.Builder request) {
            return room.process.call(family, account, request);
        }

        void release() {
            EnvironmentProcesses.this.release(this);
        }
    }

    private final ChildJvm jvm;
    private final IsolationLimits limits;
    private final Duration idle;
    private final Consumer<String> lines;
    private final List<Room> rooms = new ArrayList<>();
    private final AtomicLong sessionIds = new AtomicLong();
    private EnvironmentProcess desk;
    private int started;
    private volatile boolean closed;

    /**
     * Starts the desk.
     *
     * @param idle how long a process beyond those that are kept may be empty before it is stopped
     */
    EnvironmentProcesses(ChildJvm jvm, IsolationLimits limits, Duration idle, Consumer<String> lines) {
        this.jvm = jvm;
        this.limits = limits;
        this.idle = idle;
        this.lines = lines;
        this.desk = start();
        Thread watch = new Thread(this::watch, "environment-processes-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** The families that a process names once it is ready. */
    FamilyCatalogue catalogue() {
        return desk().awaitReady();
    }

    /** Asks what belongs to no session; asked once more if the process ended for another's fault. */
    EnvironmentReply ask(String family, EnvironmentRequest.Builder request) {
        try {
            return desk().call(family, new EnvironmentProcess.Account(), request);
        } catch (EnvironmentFailure e) {
            if (e.kind().ofTheEpisode()) {
                throw e;
            }
            return desk().call(family, new EnvironmentProcess.Account(), request);
        }
    }

    /**
     * Finds a place for a session: in a process that is ready and holds no other family, if there is one, else in the emptiest that has room, else in a new
     * one.
     */
    synchronized Seat seat(String family) {
        while (rooms.size() < limits.processes()) {
            rooms.add(new Room(rooms.isEmpty() ? takeDesk() : start()));
        }
        Optional<Room> best = rooms.stream()
                .filter(room -> room.process.isAlive() && room.size() < limits.sessionsPerProcess())
                .min(Comparator.<Room>comparingInt(room -> room.strangeness(family))
                        .thenComparingInt(Room::size));
        Room room =
                best.filter(found -> found.process.isReady() || !desk.isReady()).orElseGet(this::addRoom);
        room.sessions.merge(family, 1, Integer::sum);
        return new Seat(room, family);
    }

    private Room addRoom() {
        Room room = new Room(takeDesk());
        rooms.add(room);
        return room;
    }

    private synchronized void release(Seat seat) {
        seat.room.sessions.computeIfPresent(seat.family, (family, count) -> count == 1 ? null : count - 1);
        seat.room.emptySince = System.nanoTime();
    }

    /** Stops what has been empty for a while, beyond the number that is kept. */
    private synchronized void trim() {
        long before = System.nanoTime() - idle.toNanos();
        for (Room room : List.copyOf(rooms)) {
            if (rooms.size() > limits.processes() && room.size() == 0 && room.emptySince - before < 0) {
                rooms.remove(room);
                room.process.stop(Kind.EXITED, "it is not needed any more");
            }
        }
    }

    private synchronized EnvironmentProcess desk() {
        if (!desk.isAlive()) {
            desk = start();
        }
        return desk;
    }

    private EnvironmentProcess takeDesk() {
        EnvironmentProcess taken = desk();
        desk = start();
        return taken;
    }

    private EnvironmentProcess start() {
        if (closed) {
            throw new EnvironmentFailure(Kind.START, "environment processes", "they have been closed");
        }
        started++;
        return EnvironmentProcess.start(started, jvm, limits, lines, this::onEnd);
    }

    /** A process that was ready once is replaced before the next one asks; one that never was would never be. */
    private synchronized void onEnd(EnvironmentProcess ended) {
        @Nullable
        Room gone =
                rooms.stream().filter(room -> room.process == ended).findFirst().orElse(null);
        if (gone != null) {
            rooms.remove(gone);
        }
        if (closed || !ended.wasReady()) {
            return;
        }
        if (ended == desk) {
            desk = start();
        } else if (gone != null && rooms.size() < limits.processes()) {
            rooms.add(new Room(start()));
        }
    }

    private void watch() {
        while (!closed) {
            trim();
            ProcessTable table = ProcessTable.read();
            for (EnvironmentProcess process : all()) {
                try {
                    process.watch(table);
                } catch (RuntimeException e) { // what can't be watched must not run
                    process.stop(Kind.PROTOCOL, "it can't be watched: " + e);
                }
            }
            try {
                Thread.sleep(WATCH_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized List<EnvironmentProcess> all() {
        List<EnvironmentProcess> all = new ArrayList<>();
        rooms.forEach(room -> all.add(room.process));
        all.add(desk);
        return all;
    }

    /** How many processes there are now. */
    int size() {
        return (int) all().stream().filter(EnvironmentProcess::isAlive).count();
    }

    /** The processes' numbers in the system. */
    List<Long> pids() {
        return all().stream().map(EnvironmentProcess::pid).toList();
    }

    /** Stops all processes and waits until they have ended. */
    @Override
    public void close() {
        closed = true;
        List<EnvironmentProcess> all = all();
        all.forEach(process -> process.stop(Kind.EXITED, "the plug-ins have been closed"));
        try {
            for (EnvironmentProcess process : all) {
                process.awaitExit();
            }
            jvm.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
