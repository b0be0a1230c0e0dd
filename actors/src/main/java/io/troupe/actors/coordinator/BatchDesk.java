package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.Coordinator.Batch;
import io.troupe.actors.coordinator.Coordinator.BatchWanted;
import io.troupe.actors.journal.Journal;
import io.troupe.proto.v1.Group;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the learner gets its batches: what it waits for or has in hand. One batch is out at a time; the groups in it are trained or discarded, all of them, when
 * the learner comes back. Not thread-safe.
 */
final class BatchDesk {

    private final CoordinatorSettings settings;
    private final Ledger ledger;
    private final Journal journal;
    private List<Long> inHand = List.of();
    private @Nullable BatchWanted wanted;
    private long sinceMillis;
    private int withoutSignal; // discarded for the batch that is wanted; 0 whenever a checkpoint's ledger is taken

    BatchDesk(CoordinatorSettings settings, Ledger ledger, Journal journal) {
        this.settings = settings;
        this.ledger = ledger;
        this.journal = journal;
    }

    /** The learner wants one; it is handed out by {@link #hand}, as soon as there is one. */
    void want(BatchWanted message, long nowMillis) {
        if (!inHand.isEmpty()) {
            throw new IllegalStateException("the learner wants a batch while it still has groups " + inHand);
        }
        wanted = message;
        sinceMillis = nowMillis;
    }

    /** The learner wants no more. */
    void close() {
        wanted = null;
    }

    /**
     * The learner is done with the batch in its hand.
     *
     * @param skipped why it did not update; null if it did
     * @param version which it had before
     */
    void done(@Nullable String skipped, long version) {
        if (skipped == null) {
            ledger.train(inHand, version, settings.gate());
        } else {
            inHand.forEach(id -> ledger.discard(id, "update-skipped"));
        }
        inHand = List.of();
    }

    /**
     * Hands the batch out that is wanted, if it is complete.
     *
     * @param version which the learner has
     */
    void hand(long version, long nowMillis) {
        BatchWanted waiting = wanted;
        if (waiting == null) {
            return;
        }
        for (long id : ledger.discardTooStale(settings.gate(), version)) {
            journal.event("discarded", "group " + id + " was given up: too-stale for version " + version);
        }
        replaceWithoutSignal();
        List<Group> batch = ledger.hand(settings.gate().batchGroups(), settings.consecutive());
        if (!batch.isEmpty()) {
            withoutSignal = 0;
            inHand = batch.stream().map(Group::getId).toList();
            sinceMillis = nowMillis;
            wanted = null;
            waiting.replyTo().tell(new Batch(batch));
        }
    }

    /** Dynamic sampling: the gate lets others be sampled for those that are discarded here, until the rounds of this batch are used up. */
    private void replaceWithoutSignal() {
        int most = (settings.rounds() - 1) * settings.gate().batchGroups();
        if (withoutSignal == most) {
            return;
        }
        withoutSignal += ledger.discardWithoutSignal(
                settings.gate().batchGroups(), settings.consecutive(), most - withoutSignal);
        if (withoutSignal == most) {
            journal.event(
                    "dynamic-sampling",
                    most + " groups of equal rewards were discarded for one batch; it takes the next as they come");
        }
    }

    /** What is waited for here, if something is. */
    Optional<String> waiting(WaitingLines words) {
        if (wanted != null) {
            return Optional.of(words.forBatch(settings.gate().batchGroups(), sinceMillis));
        }
        return inHand.isEmpty() ? Optional.empty() : Optional.of(words.forUpdate(inHand.size(), sinceMillis));
    }
}
