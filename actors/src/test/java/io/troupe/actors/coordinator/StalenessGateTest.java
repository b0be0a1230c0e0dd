package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Trajectory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StalenessGateTest {

    private final StalenessGate gate = new StalenessGate(512, 4);

    @Test
    void gateOpensForAsManyGroupsAsAreaLAllows() {
        assertThat(gate.capacity(0, 0, 0)).isEqualTo(2560);
        assertThat(gate.capacity(0, 2560, 0)).isZero();
        assertThat(gate.capacity(1, 2560, 100)).isEqualTo(412);
    }

    @Test
    void stalenessZeroIsSynchronous() {
        StalenessGate synchronous = new StalenessGate(24, 0);

        assertThat(synchronous.capacity(0, 0, 24)).isZero();
        assertThat(synchronous.capacity(0, 24, 0)).isZero();
        assertThat(synchronous.capacity(1, 24, 0)).isEqualTo(24);
    }

    @Test
    void aRecoveredRunHasAcceptedWhatMadeItsVersion() {
        assertThat(gate.acceptedOnRecovery(3)).isEqualTo(1536);
        assertThat(gate.capacity(3, gate.acceptedOnRecovery(3), 0)).isEqualTo(2560);
    }

    @Property(seed = "1")
    void theLastGroupAdmittedIsTrainedWithinTheBound(
            @ForAll @IntRange(min = 1, max = 64) int batch,
            @ForAll @IntRange(max = 8) int staleness,
            @ForAll @IntRange(max = 1000) int version) {
        StalenessGate any = new StalenessGate(batch, staleness);
        long last =
                any.capacity(version, 0, 0) - 1; // number, from 0, of the last group that is admitted at this version

        assertThat(any.admitsToTraining(last / batch, version)).isTrue();
        assertThat(any.admitsToTraining((last + 1) / batch, version)).isFalse();
    }

    @Test
    void theOldestTokenOfAnyTurnOfAnyTrajectoryCounts() {
        Group group = Group.newBuilder()
                .addTrajectories(Trajectory.newBuilder()
                        .addSegments(Segment.newBuilder())
                        .addSegments(Segment.newBuilder().addPolicyVersions(7).addPolicyVersions(8)))
                .addTrajectories(Trajectory.newBuilder()
                        .addSegments(Segment.newBuilder().addPolicyVersions(9))
                        .addSegments(Segment.newBuilder().addPolicyVersions(6)))
                .addDrafts(
                        Trajectory.newBuilder().addSegments(Segment.newBuilder().addPolicyVersions(2)))
                .build();

        assertThat(StalenessGate.oldestTokenVersion(group)).hasValue(6);
        assertThat(StalenessGate.oldestTokenVersion(Group.getDefaultInstance())).isEmpty();
    }

    @Test
    void boundsThatCannotBeMeantAreNamed() {
        assertThatThrownBy(() -> new StalenessGate(0, 1))
                .hasMessageContaining("batch-groups")
                .hasMessageContaining("0");
        assertThatThrownBy(() -> new StalenessGate(1, -1))
                .hasMessageContaining("staleness")
                .hasMessageContaining("-1");
    }
}
