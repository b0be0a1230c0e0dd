package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.Ledger.Receipt;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Trajectory;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One evaluation: tasks that are sampled once each, through the same leases as training but in a ledger of their own. Their
 * groups have negative ids, so that they cannot be taken for training groups. Not thread-safe.
 */
final class EvaluationRound {

    /**
     * What came of one family.
     *
     * @param solved tasks with a correct answer
     * @param judged tasks that were judged
     * @param failed tasks that could not be judged, because something of ours failed
     */
    record Tally(int solved, int judged, int failed) {
        private Tally judgedAs(boolean correct) {
            return new Tally(solved + (correct ? 1 : 0), judged + 1, failed);
        }

        private Tally withFailure() {
            return new Tally(solved, judged, failed + 1);
        }
    }

    private static final StalenessGate ANY_VERSION = new StalenessGate(1, Integer.MAX_VALUE);

    private final Coordinator.Evaluate order;
    private final long base;
    private final Ledger ledger;
    private final SortedMap<String, Tally> tallies = new TreeMap<>();
    private int admitted;

    /** @param base how many evaluation tasks earlier rounds had, so that ids are not used twice */
    EvaluationRound(Coordinator.Evaluate order, long base, int maxAttempts) {
        this.order = order;
        this.base = base;
        this.ledger = new Ledger(maxAttempts);
    }

    Coordinator.Evaluate order() {
        return order;
    }

    Ledger ledger() {
        return ledger;
    }

    /** The next task to lease, as a number of {@link #ledger}. */
    OptionalLong next() {
        OptionalLong waiting = ledger.nextAdmitted();
        if (waiting.isPresent() || admitted == order.count()) {
            return waiting;
        }
        admitted++;
        return OptionalLong.of(ledger.admit());
    }

    long groupId(long index) {
        return -1 - base - index;
    }

    long index(long groupId) {
        return -1 - base - groupId;
    }

    Receipt collect(long index, int attempt, Group group) {
        Receipt receipt = ledger.collect(
                attempt,
                group.toBuilder().setId(index).clearTask().clearTrajectories().build());
        if (receipt == Receipt.TAKEN) {
            ledger.train(ledger.hand(1, false).stream().map(Group::getId).toList(), 0, ANY_VERSION);
            List<Trajectory> trajectories = group.getTrajectoriesList();
            boolean correct = trajectories.get(0).getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT;
            tally(index, tally -> tally.judgedAs(correct));
        }
        return receipt;
    }

    Receipt fail(long index, int attempt, String reason) {
        Receipt receipt = ledger.fail(index, attempt, reason);
        if (receipt == Receipt.TAKEN) {
            noteFailure(index);
        }
        return receipt;
    }

    Receipt handBack(long index, int attempt) {
        return ledger.handBack(index, attempt);
    }

    Receipt giveBack(long index, int attempt, String reason) {
        Receipt receipt = ledger.giveBack(index, attempt, reason);
        if (receipt == Receipt.TAKEN && ledger.inFlight().get(index) == null) {
            noteFailure(index);
        }
        return receipt;
    }

    /** Notes that a task was given up, because its leases were used up. */
    void noteFailure(long index) {
        tally(index, Tally::withFailure);
    }

    int done() {
        return tallies.values().stream()
                .mapToInt(tally -> tally.judged() + tally.failed())
                .sum();
    }

    boolean finished() {
        return done() == order.count();
    }

    SortedMap<String, Tally> tallies() {
        return tallies;
    }

    private void tally(long index, java.util.function.UnaryOperator<Tally> change) {
        String family = order.tasks().task(index).getFamily();
        tallies.put(family, change.apply(tallies.getOrDefault(family, new Tally(0, 0, 0))));
    }
}
