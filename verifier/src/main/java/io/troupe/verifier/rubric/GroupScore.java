package io.troupe.verifier.rubric;

import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Task;
import java.util.List;

/** Scores the trajectories of a group beside each other. A pure function; one that throws makes the verdicts errors, never a reward. */
@FunctionalInterface
public interface GroupScore {

    /**
     * Scores a group.
     *
     * @param task what was asked
     * @param members the trajectories, each judged by itself
     * @return a finite number for each, in the same order, before any weight
     * @throws Exception if the group can't be scored
     */
    List<Double> of(Task task, List<GroupMember> members) throws Exception;

    /** 1 for the right answers that took the fewest tokens, 0 for the others: to the point pays, but only when right. */
    static GroupScore shortestCorrect() {
        return (task, members) -> {
            int fewest = members.stream()
                    .filter(GroupScore::isCorrect)
                    .mapToInt(GroupMember::tokens)
                    .min()
                    .orElse(-1);
            return members.stream()
                    .map(member -> isCorrect(member) && member.tokens() == fewest ? 1.0 : 0.0)
                    .toList();
        };
    }

    private static boolean isCorrect(GroupMember member) {
        return member.verdict().outcome() == Outcome.CORRECT;
    }
}
