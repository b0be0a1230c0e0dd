package io.troupe.rollout;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A group that is being played: its episodes and, at the end, the judgement of the group as a whole. Owned by the loop's thread. */
final class GroupPlay {

    private final Work work;
    private final List<Episode> episodes = new ArrayList<>();
    private boolean judgedTogether;
    private boolean judging;
    private boolean judged;
    private long judgingSince;

    /** Whether its environments were asked to open. */
    boolean opened;

    /** Why the group is lost, if it is. */
    @Nullable
    String failure;

    GroupPlay(Work work) {
        this.work = work;
    }

    Work work() {
        return work;
    }

    long id() {
        return work.getLease().getGroupId();
    }

    List<Episode> episodes() {
        return episodes;
    }

    /** The name under which the judgement of the whole group is asked for: one place behind the last trajectory. */
    SessionId judgement() {
        return new SessionId(id(), work.getLease().getAttempt(), episodes.size(), 0);
    }

    /** The family judges the trajectories beside each other when all are there. */
    void judgeTogether() {
        judgedTogether = true;
    }

    /** Whether all trajectories are there and the family has yet to judge them together. */
    boolean wantsJudgement() {
        return judgedTogether && !judging && !judged && failure == null && played();
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

    /** Takes the judgement of the whole group; one that does not fit loses the group. */
    void takeJudgement(List<Verdict> verdicts) {
        judging = false;
        judged = true;
        if (verdicts.size() != episodes.size()) {
            failure = "group-rubric-failed: " + verdicts.size() + " verdicts for " + episodes.size() + " trajectories";
            return;
        }
        for (int i = 0; i < verdicts.size(); i++) {
            Verdict verdict = verdicts.get(i);
            if (!verdict.outcome().carriesReward()) {
                failure = "group-rubric-failed: trajectory " + i + " " + verdict.outcome() + ": " + verdict.rule();
                return;
            }
            episodes.get(i).finish(VerifierProtos.toProto(verdict));
        }
    }

    /** The judgement of the whole group failed. */
    void failJudgement(String reason) {
        judging = false;
        failure = "group-rubric-failed: " + reason;
    }

    boolean finished() {
        return failure != null || (played() && (!judgedTogether || judged));
    }

    /** The episode of a session, unless the session is of an earlier try. */
    @Nullable
    Episode episode(SessionId session) {
        if (session.trajectory() >= episodes.size()) {
            return null;
        }
        Episode episode = episodes.get(session.trajectory());
        return episode.session().equals(session) ? episode : null;
    }

    void forEachAwaited(Consumer<Episode> action) {
        for (Episode episode : episodes) {
            boolean opening = episode.phase() == Episode.Phase.OPENING && opened;
            if (opening || episode.phase() == Episode.Phase.STEPPING) {
                action.accept(episode);
            }
        }
    }

    boolean any(Predicate<Episode> test) {
        return episodes.stream().anyMatch(test);
    }

    WorkResult toResult() {
        var result = WorkResult.newBuilder().setLease(work.getLease());
        if (failure != null) {
            return result.setFailure(failure).build();
        }
        var group = Group.newBuilder()
                .setId(id())
                .setTask(work.getTask())
                .setTemperature(work.getSampling().getTemperature());
        episodes.forEach(episode -> group.addTrajectories(episode.toTrajectory()));
        return result.setGroup(group).build();
    }

    private boolean played() {
        return episodes.stream().allMatch(episode -> episode.phase() == Episode.Phase.FINISHED);
    }
}
