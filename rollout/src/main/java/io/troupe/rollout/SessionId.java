package io.troupe.rollout;

/**
 * Names one environment session: late answers to an earlier retry or lease are told apart from current ones.
 *
 * @param group the group's number
 * @param attempt which lease of the group, from 1
 * @param trajectory the trajectory's place in the group, from 0
 * @param retry how often the trajectory was started anew within the lease, from 0
 */
public record SessionId(long group, int attempt, int trajectory, int retry) implements Comparable<SessionId> {

    SessionId next() {
        return new SessionId(group, attempt, trajectory, retry + 1);
    }

    @Override
    public int compareTo(SessionId other) {
        int byGroup = Long.compare(group, other.group);
        return byGroup != 0 ? byGroup : Integer.compare(trajectory, other.trajectory);
    }

    @Override
    public String toString() {
        return "group " + group + " trajectory " + trajectory + " (lease " + attempt + ", try " + (retry + 1) + ")";
    }
}
