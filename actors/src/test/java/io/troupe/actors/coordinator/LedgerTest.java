package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.coordinator.Ledger.LostLease;
import io.troupe.actors.coordinator.Ledger.Receipt;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.LedgerState;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger(2);
    private final StalenessGate gate = new StalenessGate(2, 1);

    @Test
    void aGroupGoesFromAdmissionToTraining() {
        collectFresh(0);
        collectFresh(1);

        List<Group> batch = ledger.hand(2, false);
        ledger.train(ids(batch), 0, gate);

        assertThat(batch).extracting(Group::getId).containsExactly(0L, 1L);
        assertThat(ledger.trained()).isEqualTo(2);
        assertThat(ledger.inFlight()).isEmpty();
        assertThat(ledger.running()).isZero();
    }

    @Test
    void theOldestCompleteGroupsAreHandedOut() {
        ledger.admit();
        collectFresh(0);
        collectFresh(0);

        assertThat(ids(ledger.hand(2, false))).containsExactly(1L, 2L);
    }

    @Test
    void aConsecutiveBatchWaitsForItsOldestGroup() {
        long slow = ledger.admit();
        collectFresh(0);
        collectFresh(0);
        assertThat(ledger.hand(2, true)).isEmpty();

        ledger.lease(slow, "w", 0, 10);
        ledger.collect(1, group(slow, 0));

        assertThat(ids(ledger.hand(2, true))).containsExactly(0L, 1L);
    }

    @Test
    void aDiscardedGroupLeavesItsPlaceInAConsecutiveBatchToTheNext() {
        long broken = ledger.admit();
        collectFresh(0);
        collectFresh(0);
        ledger.lease(broken, "w", 0, 10);
        ledger.fail(broken, 1, "environment-failed");

        assertThat(ids(ledger.hand(2, true))).containsExactly(1L, 2L);
    }

    @Test
    void whichGroupsOfAConsecutiveBatchAreReplacedDoesNotDependOnTheOrderOfTheirDelivery() {
        for (List<Integer> order : List.of(List.of(0, 1, 2, 3), List.of(3, 2, 1, 0), List.of(2, 0, 3, 1))) {
            Ledger fresh = new Ledger(2);
            for (int i = 0; i < 4; i++) {
                fresh.lease(fresh.admit(), "w", 0, 10);
            }
            int discarded = 0;
            for (int id : order) {
                fresh.collect(1, id == 1 || id == 2 ? mixed(id) : group(id, 0));
                discarded += fresh.discardWithoutSignal(2, true, 1 - discarded);
            }
            assertThat(ids(fresh.hand(2, true))).containsExactly(1L, 2L);
            assertThat(fresh.discarded()).containsEntry("no-signal", 1L);
            assertThat(fresh.inFlight()).containsOnlyKeys(1L, 2L, 3L);
        }
    }

    @Test
    void groupsInTheLearnersHandsAndGroupsBeyondTheBatchAreNotReplaced() {
        collectFresh(0);
        collectFresh(0);
        ledger.hand(1, false);
        long signal = ledger.admit();
        ledger.lease(signal, "w", 0, 10);
        ledger.collect(1, mixed(signal));
        collectFresh(0);

        assertThat(ledger.discardWithoutSignal(1, false, 9)).isEqualTo(1);
        assertThat(ledger.inFlight()).containsOnlyKeys(0L, 2L, 3L);
    }

    private static Group mixed(long id) {
        return Group.newBuilder()
                .setId(id)
                .addTrajectories(
                        Trajectory.newBuilder().setVerdict(Verdict.newBuilder().setReward(1)))
                .addTrajectories(
                        Trajectory.newBuilder().setVerdict(Verdict.newBuilder().setReward(0)))
                .build();
    }

    @Test
    void aGroupThatIsHandedOutIsNotHandedOutAgain() {
        collectFresh(0);

        assertThat(ledger.hand(1, false)).hasSize(1);
        assertThat(ledger.hand(1, false)).isEmpty();
    }

    @Test
    void anExpiredLeaseIsGrantedAgainUntilTheAttemptsAreUsedUp() {
        long id = ledger.admit();
        ledger.lease(id, "first", 0, 10);
        assertThat(ledger.expire(9)).isEmpty();
        assertThat(ledger.expire(10)).containsExactly(new LostLease(id, "first", 1, false));
        assertThat(ledger.nextAdmitted()).hasValue(id);

        assertThat(ledger.lease(id, "second", 10, 20)).isEqualTo(2);
        assertThat(ledger.expire(20)).containsExactly(new LostLease(id, "second", 2, true));
        assertThat(ledger.discarded()).containsEntry("lease expired", 1L);
        assertThat(ledger.nextAdmitted()).isEmpty();
    }

    @Test
    void onlyTheLeasesOfTheLostWorkerAreForfeited() {
        long a = ledger.admit();
        long b = ledger.admit();
        ledger.lease(a, "dead", 0, 10);
        ledger.lease(b, "alive", 0, 10);

        assertThat(ledger.forfeit("dead")).containsExactly(new LostLease(a, "dead", 1, false));
        assertThat(ledger.collect(1, group(b, 0))).isEqualTo(Receipt.TAKEN);
    }

    @Test
    void aSecondDeliveryOfTheSameLeaseIsSettled() {
        long id = ledger.admit();
        ledger.lease(id, "w", 0, 10);

        assertThat(ledger.collect(1, group(id, 0))).isEqualTo(Receipt.TAKEN);
        assertThat(ledger.collect(1, group(id, 0))).isEqualTo(Receipt.SETTLED);
        assertThat(ledger.collected()).isEqualTo(1);
        ledger.hand(1, false);
        ledger.train(List.of(id), 0, gate);
        assertThat(ledger.collect(1, group(id, 0))).isEqualTo(Receipt.SETTLED);
    }

    @Test
    void aDeliveryUnderALostLeaseIsRefused() {
        long id = ledger.admit();
        ledger.lease(id, "w", 0, 10);
        ledger.expire(10);
        assertThat(ledger.collect(1, group(id, 0))).isEqualTo(Receipt.LEASE_LOST);

        ledger.lease(id, "v", 10, 20);
        assertThat(ledger.collect(1, group(id, 0))).isEqualTo(Receipt.LEASE_LOST);
        assertThat(ledger.collect(2, group(id, 0))).isEqualTo(Receipt.TAKEN);
    }

    @Test
    void aGroupThatWasNeverAdmittedIsUnknown() {
        assertThat(ledger.collect(1, group(5, 0))).isEqualTo(Receipt.UNKNOWN);
    }

    @Test
    void aGroupWhoseOldestTokenIsTooOldIsDiscardedByName() {
        collectFresh(0);
        collectFresh(1);

        assertThat(ledger.discardTooStale(gate, 2)).containsExactly(0L);
        assertThat(ledger.discarded()).containsEntry("too-stale", 1L);
        assertThat(ids(ledger.hand(1, false))).containsExactly(1L);
    }

    @Test
    void trainingOnAGroupThatIsTooStaleBreaksAnInvariant() {
        collectFresh(0);
        ledger.hand(1, false);

        assertThatThrownBy(() -> ledger.train(List.of(0L), 2, gate))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("group 0")
                .hasMessageContaining("version 2");
        assertThat(ledger.trained()).isZero();
    }

    @Test
    void noGroupIsTrainedTwice() {
        collectFresh(0);
        ledger.hand(1, false);
        ledger.train(List.of(0L), 0, gate);

        assertThatThrownBy(() -> ledger.train(List.of(0L), 0, gate))
                .hasMessage("group 0 cannot be trained: it is trained or discarded already");
    }

    @Test
    void everythingInFlightIsAdmittedAnewAfterARestart() {
        ledger.admit(); // 0 stays open
        collectFresh(0); // 1 is trained
        ledger.hand(1, false);
        ledger.train(List.of(1L), 0, gate);
        collectFresh(0); // 2 is collected but not trained
        ledger.admit(); // 3 is admitted

        LedgerState state = ledger.snapshot();
        assertThat(state.getOpenList()).containsExactly(0L);
        assertThat(state.getCursor()).isEqualTo(2);

        Ledger restored = Ledger.restore(state, 2);
        assertThat(restored.trained()).isEqualTo(1);
        assertThat(List.of(restored.admit(), restored.admit(), restored.admit()))
                .containsExactly(0L, 2L, 3L);
    }

    @Test
    void aLedgerThatDoesNotAddUpIsNotRestored() {
        assertThatThrownBy(() -> Ledger.restore(
                        LedgerState.newBuilder().setCursor(3).setTrained(1).build(), 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not add up");
        assertThatThrownBy(() -> Ledger.restore(
                        LedgerState.newBuilder().setCursor(3).addOpen(3).build(), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open group 3");
    }

    private void collectFresh(long version) {
        long id = ledger.admit();
        int attempt = ledger.lease(id, "w", 0, 10);
        assertThat(ledger.collect(attempt, group(id, version))).isEqualTo(Receipt.TAKEN);
    }

    static Group group(long id, long version) {
        return Group.newBuilder()
                .setId(id)
                .addTrajectories(
                        Trajectory.newBuilder().addSegments(Segment.newBuilder().addPolicyVersions(version)))
                .build();
    }

    private static List<Long> ids(List<Group> groups) {
        return groups.stream().map(Group::getId).toList();
    }
}
