package io.troupe.verifier;

import java.util.List;

/**
 * Judges the trajectories of a group beside each other, after each was judged by itself: a bonus for the shortest right answer, say. A pure function,
 * safe for any thread. An exception fails the group; it is not rewarded.
 */
@FunctionalInterface
public interface GroupRubric {

    /**
     * Judges a group.
     *
     * @param task what was asked
     * @param members the trajectories; all their verdicts carry a reward
     * @return a verdict for each, in the same order; one that carries no reward fails the group
     */
    List<Verdict> judge(Task task, List<GroupMember> members);
}
