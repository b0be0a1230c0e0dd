package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import java.util.List;

/** Counts tokens for the books. */
final class Tokens {

    private Tokens() {}

    /** How many tokens of a group the policy sampled, those of its drafts included. */
    static long sampled(Group group) {
        return sampled(group.getTrajectoriesList()) + sampled(group.getDraftsList());
    }

    private static long sampled(List<Trajectory> trajectories) {
        long count = 0;
        for (Trajectory trajectory : trajectories) {
            for (Segment segment : trajectory.getSegmentsList()) {
                if (segment.getSource() == Source.SOURCE_POLICY) {
                    count += segment.getTokenIdsCount();
                }
            }
        }
        return count;
    }
}
