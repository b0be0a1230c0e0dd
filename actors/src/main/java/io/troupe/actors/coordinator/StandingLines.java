package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.GroupState.Admitted;
import io.troupe.actors.coordinator.GroupState.Leased;
import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.LeaseStatus;
import io.troupe.proto.v1.WorkerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** Says how leases and workers stand. */
final class StandingLines {

    private static final int LEASES_SHOWN = 10;

    private record Out(long group, Leased lease) {}

    private final LeaseDesk desk;
    private final Roster roster;
    private final Ledger ledger;
    private final long now;

    StandingLines(LeaseDesk desk, Roster roster, Ledger ledger, long nowMillis) {
        this.desk = desk;
        this.roster = roster;
        this.ledger = ledger;
        this.now = nowMillis;
    }

    void addTo(ClusterStatus.Builder status) {
        List<Out> out = new ArrayList<>();
        collect(ledger.inFlight(), id -> id, out);
        desk.round().ifPresent(round -> collect(round.ledger().inFlight(), round::groupId, out));
        status.setLeasesOut(out.size());
        status.setAdmitted((int) ledger.inFlight().values().stream()
                .filter(Admitted.class::isInstance)
                .count());
        out.stream()
                .sorted(Comparator.comparingLong(lease -> lease.lease().sinceMillis()))
                .limit(LEASES_SHOWN)
                .forEach(lease -> status.addLeases(LeaseStatus.newBuilder()
                        .setGroupId(lease.group())
                        .setWorker(lease.lease().worker())
                        .setAttempt(lease.lease().attempts())
                        .setSeconds((now - lease.lease().sinceMillis()) / 1000.0)
                        .setLeftSeconds((lease.lease().deadlineMillis() - now) / 1000.0)));
        for (Roster.Entry worker : roster.all()) {
            status.addWorkers(WorkerStatus.newBuilder()
                    .setName(worker.name())
                    .setFreeSlots(worker.demand().getFreeSlots())
                    .setLeases(worker.demand().getHeldCount())
                    .setTokensSampled(worker.demand().getTokensSampled())
                    .setPolicyVersion(worker.demand().getPolicyVersionPlusOne() - 1)
                    .setHeardSeconds(worker.silentSeconds(now)));
        }
    }

    private static void collect(Map<Long, GroupState> book, LongUnaryOperator name, List<Out> out) {
        book.forEach((id, state) -> {
            if (state instanceof Leased lease) {
                out.add(new Out(name.applyAsLong(id), lease));
            }
        });
    }
}
