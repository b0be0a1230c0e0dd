package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Group;

/** Whether a group can teach anything: DAPO's dynamic sampling (arXiv 2503.14476) keeps only those whose rewards differ. */
final class Signal {

    private Signal() {}

    /** Whether two trajectories of the group have different rewards, as the verifier gave them. */
    static boolean isIn(Group group) {
        return group.getTrajectoriesList().stream()
                        .mapToDouble(trajectory -> trajectory.getVerdict().getReward())
                        .distinct()
                        .count()
                > 1;
    }
}
