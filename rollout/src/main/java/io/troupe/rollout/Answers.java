package io.troupe.rollout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Answers of environments that a loop has yet to take. In isolation they are taken when all that are awaited are there, in the order of the trajectories, so that
 * nothing depends on which came first. Owned by the loop's thread.
 */
final class Answers {

    private record Answer(SessionId session, Runnable effect) {}

    private final boolean isolated;
    private final List<Answer> waiting = new ArrayList<>();

    Answers(boolean isolated) {
        this.isolated = isolated;
    }

    /**
     * Keeps an answer.
     *
     * @param effect what taking it does
     */
    void add(SessionId session, Runnable effect) {
        waiting.add(new Answer(session, effect));
    }

    /** Takes what may be taken, and says whether that was anything. */
    boolean take(PlayedGroups groups) {
        if (isolated) {
            waiting.removeIf(answer -> !groups.isAwaited(answer.session()));
        }
        if (waiting.isEmpty() || (isolated && waiting.size() < groups.awaited())) {
            return false;
        }
        var taken = new ArrayList<>(waiting);
        waiting.clear();
        if (isolated) {
            taken.sort(Comparator.comparing(Answer::session));
        }
        taken.forEach(answer -> answer.effect().run());
        return true;
    }
}
