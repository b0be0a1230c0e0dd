package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.coordinator.GroupState.Leased;
import io.troupe.actors.coordinator.Ledger.Receipt;
import io.troupe.proto.v1.Group;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Drives a ledger by random sequences of everything that can happen to it, beside a plain record of who ended how. */
class LedgerPropertyTest {

    @Property(tries = 300, seed = "1")
    void whateverHappensEveryGroupEndsOnceAndNothingIsLost(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int batch,
            @ForAll @IntRange(max = 3) int staleness,
            @ForAll @IntRange(min = 1, max = 3) int maxAttempts,
            @ForAll boolean consecutive) {
        World world = new World(new Random(seed), new StalenessGate(batch, staleness), maxAttempts, consecutive);
        for (int i = 0; i < 400; i++) {
            world.somethingHappens();
            world.holds();
        }
    }

    private static final class World {
        private final Random random;
        private final StalenessGate gate;
        private final int maxAttempts;
        private final boolean consecutive;
        private final Set<Long> begun = new HashSet<>();
        private final Set<Long> trained = new HashSet<>();
        private Ledger ledger;
        private long version;
        private long now;

        World(Random random, StalenessGate gate, int maxAttempts, boolean consecutive) {
            this.random = random;
            this.gate = gate;
            this.maxAttempts = maxAttempts;
            this.consecutive = consecutive;
            this.ledger = new Ledger(maxAttempts);
        }

        void somethingHappens() {
            now++;
            switch (random.nextInt(9)) {
                case 0, 1 -> admit();
                case 2, 3 ->
                    ledger.nextAdmitted()
                            .ifPresent(id -> ledger.lease(id, "w" + random.nextInt(3), now, now + random.nextInt(60)));
                case 4, 5 -> deliver();
                case 6 -> ledger.expire(now);
                case 7 -> loseAWorkerOrRestart();
                default -> train();
            }
        }

        private void admit() {
            if (gate.capacity(version, gate.acceptedOnRecovery(version) + ledger.collected(), ledger.running()) > 0) {
                long id = ledger.admit();
                begun.add(id);
                assertThat(trained).doesNotContain(id);
            }
        }

        private void deliver() {
            List<Map.Entry<Long, GroupState>> states =
                    List.copyOf(ledger.inFlight().entrySet());
            if (states.isEmpty()) {
                return;
            }
            Map.Entry<Long, GroupState> entry = states.get(random.nextInt(states.size()));
            int attempt = 1 + random.nextInt(maxAttempts);
            boolean right = entry.getValue() instanceof Leased lease && lease.attempts() == attempt;
            long sampledBy = Math.max(0, version - random.nextInt(3));
            Receipt receipt = random.nextInt(5) == 0
                    ? ledger.fail(entry.getKey(), attempt, "broken")
                    : ledger.collect(attempt, LedgerTest.group(entry.getKey(), sampledBy));
            assertThat(receipt == Receipt.TAKEN).isEqualTo(right);
        }

        private void loseAWorkerOrRestart() {
            if (random.nextInt(4) > 0) {
                ledger.forfeit("w" + random.nextInt(3));
            } else {
                long before = ledger.trained();
                ledger = Ledger.restore(ledger.snapshot(), maxAttempts);
                assertThat(ledger.trained()).isEqualTo(before);
            }
        }

        private void train() {
            ledger.discardTooStale(gate, version);
            int most = random.nextInt(4);
            assertThat(ledger.discardWithoutSignal(gate.batchGroups(), consecutive, most))
                    .isBetween(0, most);
            List<Group> batch = ledger.hand(gate.batchGroups(), consecutive);
            if (!batch.isEmpty()) {
                List<Long> ids = batch.stream().map(Group::getId).toList();
                ledger.train(ids, version, gate);
                assertThat(trained).doesNotContainAnyElementsOf(ids);
                assertThat(ids).hasSize(gate.batchGroups()).isSorted();
                trained.addAll(ids);
                version++;
            }
        }

        void holds() {
            long discarded = ledger.discarded().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long open = ledger.snapshot().getCursor() - ledger.trained() - discarded;
            assertThat(ledger.trained()).isEqualTo(trained.size());
            assertThat(ledger.snapshot().getOpenCount()).isEqualTo((int) open);
            assertThat(ledger.inFlight().size()).isLessThanOrEqualTo((gate.staleness() + 1) * gate.batchGroups());
            assertThat(begun).containsAll(ledger.inFlight().keySet());
            assertThat(ledger.inFlight().keySet()).noneMatch(trained::contains);
        }
    }
}
