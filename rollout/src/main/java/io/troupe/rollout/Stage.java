package io.troupe.rollout;

import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Episodes that are played and judged beside each other: a group's drafts, or its trajectories. Owned by the loop's thread.
 *
 * <p>Their sessions are numbered from {@code first} on, and the judgement of all of them together is asked for under the number behind the last.
 */
final class Stage {

    private final int first;
    private final List<Episode> episodes;
    private boolean judgedTogether;
    private boolean judging;
    private boolean judged;
    private long judgingSince;

    Stage(int first, List<Episode> episodes) {
        this.first = first;
        this.episodes = List.copyOf(episodes);
    }

    List<Episode> episodes() {
        return episodes;
    }

    /** The number under which the judgement of all episodes is asked for. */
    int judgementNumber() {
        return first + episodes.size();
    }

    /** The episode of a session, unless the session is of an earlier try or another stage. */
    @Nullable
    Episode episode(SessionId session) {
        int place = session.trajectory() - first;
        if (place < 0 || place >= episodes.size()) {
            return null;
        }
        Episode episode = episodes.get(place);
        return episode.session().equals(session) ? episode : null;
    }

    /** The family judges the episodes beside each other when all are there. */
    void judgeTogether() {
        judgedTogether = true;
    }

    /** Whether all episodes are there and the family has yet to judge them together. */
    boolean wantsJudgement() {
        return judgedTogether && !judging && !judged && played();
    }

    /** Marks the judgement as asked for and returns what it is of. */
    List<GroupMember> beginJudgement(long nanoTime) {
        judging = true;
        judgingSince = nanoTime;
        return episodes.stream().map(Episode::toMember).toList();
    }

    boolean isJudging() {
        return judging;
    }

    long judgingSince() {
        return judgingSince;
    }

    /** The judgement will not come. */
    void endJudgement() {
        judging = false;
    }

    /**
     * Takes the judgement of all episodes.
     *
     * @return what is wrong with it, or null
     */
    @Nullable
    String takeJudgement(List<Verdict> verdicts) {
        judging = false;
        judged = true;
        if (verdicts.size() != episodes.size()) {
            return verdicts.size() + " verdicts for " + episodes.size() + " trajectories";
        }
        for (int i = 0; i < verdicts.size(); i++) {
            Verdict verdict = verdicts.get(i);
            if (!verdict.outcome().carriesReward()) {
                return "trajectory " + i + " " + verdict.outcome() + ": " + verdict.rule();
            }
            episodes.get(i).finish(VerifierProtos.toProto(verdict));
        }
        return null;
    }

    /** Whether all episodes have their last verdict. */
    boolean finished() {
        return played() && (!judgedTogether || judged);
    }

    /** Of all episodes, the first among those of the greatest reward. */
    Episode best() {
        Episode best = episodes.get(0);
        for (Episode episode : episodes) {
            if (episode.reward() > best.reward()) {
                best = episode;
            }
        }
        return best;
    }

    private boolean played() {
        return episodes.stream().allMatch(episode -> episode.phase() == Episode.Phase.FINISHED);
    }
}
