package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import org.junit.jupiter.api.Test;

class TokensTest {

    @Test
    void whatThePolicySampledCountsInTrajectoriesAndDraftsAlike() {
        var group = Group.newBuilder()
                .addTrajectories(trajectory(3))
                .addTrajectories(trajectory(2))
                .addDrafts(trajectory(5));

        assertThat(Tokens.sampled(group.build())).isEqualTo(10);
    }

    private static Trajectory trajectory(int sampled) {
        var policy = Segment.newBuilder().setSource(Source.SOURCE_POLICY);
        for (int i = 0; i < sampled; i++) {
            policy.addTokenIds(i);
        }
        return Trajectory.newBuilder()
                .addSegments(
                        Segment.newBuilder().setSource(Source.SOURCE_PROMPT).addTokenIds(1))
                .addSegments(policy)
                .addSegments(Segment.newBuilder()
                        .setSource(Source.SOURCE_ENVIRONMENT)
                        .addTokenIds(2))
                .build();
    }
}
