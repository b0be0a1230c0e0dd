package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.GroupState.Leased;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says in words what a run waits for. */
final class WaitingLines {

    private static final int LEASES_SHOWN = 5;

    private final LeaseDesk desk;
    private final Roster roster;
    private final Ledger ledger;
    private final long now;

    WaitingLines(LeaseDesk desk, Roster roster, Ledger ledger, long nowMillis) {
        this.desk = desk;
        this.roster = roster;
        this.ledger = ledger;
        this.now = nowMillis;
    }

    /** The learner waits for its batch. */
    String forBatch(int batchGroups, long sinceMillis) {
        return String.format(
                Locale.ROOT,
                "learner: a batch of %d groups (%d complete, %d being sampled) for %s",
                batchGroups,
                ledger.collected(),
                ledger.running(),
                age(sinceMillis));
    }

    /** The learner has its batch. */
    String forUpdate(int groups, long sinceMillis) {
        return "learner: updates on " + groups + " groups for " + age(sinceMillis);
    }

    /** What goes on beneath: the evaluation, the oldest leases, what the workers say. */
    List<String> details() {
        List<String> lines = new ArrayList<>();
        desk.round().ifPresent(round -> {
            lines.add("evaluation " + round.order().name() + ": " + round.done() + " of "
                    + round.order().count() + " tasks judged");
            lines.addAll(leases(round.ledger(), "evaluation task"));
        });
        lines.addAll(leases(ledger, "group"));
        if (roster.all().isEmpty()) {
            lines.add("no rollout worker has asked for work yet");
        }
        for (Roster.Entry worker : roster.all()) {
            for (String line : worker.demand().getWaitingList()) {
                lines.add(worker.name() + ": " + line);
            }
        }
        return lines;
    }

    private List<String> leases(Ledger book, String what) {
        return book.inFlight().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Leased)
                .map(entry -> Map.entry(entry.getKey(), (Leased) entry.getValue()))
                .sorted(Comparator.comparingLong(entry -> entry.getValue().sinceMillis()))
                .limit(LEASES_SHOWN)
                .map(entry ->
                        what + " " + entry.getKey() + ": " + entry.getValue().words() + ", for "
                                + age(entry.getValue().sinceMillis()) + ", until "
                                + seconds(entry.getValue().deadlineMillis() - now) + " from now")
                .toList();
    }

    private String age(long sinceMillis) {
        return seconds(now - sinceMillis);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
