package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;

/** Counts tokens for the books. */
final class Tokens {

    private Tokens() {}

    /** How many tokens of a group the policy sampled. */
    static long sampled(Group group) {
        long count = 0;
        for (Trajectory trajectory : group.getTrajectoriesList()) {
            for (Segment segment : trajectory.getSegmentsList()) {
                if (segment.getSource() == Source.SOURCE_POLICY) {
                    count += segment.getTokenIdsCount();
                }
            }
        }
        return count;
    }
}
