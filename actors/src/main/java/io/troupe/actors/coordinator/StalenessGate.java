package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Trajectory;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far sampling may run ahead of training: AReaL's rule (arXiv:2505.24298). A group is admitted only while {@code accepted +
 * running < (η + version + 1)·B}, so that the group that is trained as number n was admitted at version ⌊n/B⌋ − η or later. η = 0
 * is synchronous training.
 *
 * @param batchGroups groups a batch: B, at least 1
 * @param staleness how many updates the oldest token of a group may lie behind: η, at least 0
 */
public record StalenessGate(int batchGroups, int staleness) {

    public StalenessGate {
        if (batchGroups < 1) {
            throw new IllegalArgumentException("batch-groups must be >= 1, not " + batchGroups);
        }
        if (staleness < 0) {
            throw new IllegalArgumentException("staleness must be >= 0, not " + staleness);
        }
    }

    /** What counts as accepted when a run is taken up at this version: everything that made the version, and nothing else. */
    public long acceptedOnRecovery(long version) {
        return Math.multiplyExact(version, batchGroups);
    }

    /**
     * How many more groups may be admitted now.
     *
     * @param version the version that the learner holds
     * @param accepted groups collected since the run was created, the trained ones included, the discarded ones not
     * @param running groups admitted and not yet collected
     */
    public long capacity(long version, long accepted, long running) {
        long allowed = Math.multiplyExact(staleness + version + 1, (long) batchGroups);
        return Math.max(0, allowed - (accepted + running));
    }

    /** Whether a group whose oldest token is of this version may be trained by a learner at {@code version}. */
    public boolean admitsToTraining(long version, long oldestTokenVersion) {
        return version - oldestTokenVersion <= staleness;
    }

    /** The version of the oldest token that the policy sampled for a group's trajectories; empty if it sampled none. Drafts do not count: no token of theirs is trained. */
    public static OptionalLong oldestTokenVersion(Group group) {
        return group.getTrajectoriesList().stream()
                .map(Trajectory::getSegmentsList)
                .flatMap(List::stream)
                .map(Segment::getPolicyVersionsList)
                .flatMap(List::stream)
                .mapToLong(Long::longValue)
                .min();
    }
}
