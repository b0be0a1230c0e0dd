package io.troupe.rollout;

import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group that is being played: its drafts first, if the work asks for some, then its trajectories, whose prompt has the best draft. Owned by the loop's
 * thread.
 *
 * <p>Sessions of trajectories are numbered from 0, their judgement is number G; drafts come behind it. Every episode's seed is derived from the work's and
 * its number, so that the trajectories of a group without drafts do not depend on there being such a thing.
 */
final class GroupPlay {

    /** Makes an episode. */
    interface EpisodeSource {
        Episode episode(SessionId session, long seed);
    }

    private final Work work;
    private final EpisodeSource source;
    private final @Nullable Stage drafting;
    private Stage stage;
    private @Nullable String draft;

    /** Whether its environments were asked to open. */
    boolean opened;

    /** Why the group is lost, if it is. */
    @Nullable
    String failure;

    GroupPlay(Work work, EpisodeSource source) {
        this.work = work;
        this.source = source;
        int drafts = work.getDrafting().getCount();
        drafting = drafts == 0 ? null : stage(work.getGroupSize() + 1, drafts);
        stage = drafting == null ? stage(0, work.getGroupSize()) : drafting;
    }

    private Stage stage(int first, int size) {
        var episodes = new ArrayList<Episode>();
        for (int number = first; number < first + size; number++) {
            episodes.add(source.episode(session(number), Seeds.derive(work.getSeed(), number)));
        }
        return new Stage(first, episodes);
    }

    private SessionId session(int number) {
        return new SessionId(id(), work.getLease().getAttempt(), number, 0);
    }

    Work work() {
        return work;
    }

    long id() {
        return work.getLease().getGroupId();
    }

    /** The episodes that are played now. */
    List<Episode> episodes() {
        return stage.episodes();
    }

    /** The episodes whose turns can begin: none while an environment is yet to open, so that they begin together. */
    List<Episode> ready() {
        boolean opening = episodes().stream().anyMatch(episode -> episode.phase() == Episode.Phase.OPENING);
        return opening
                ? List.of()
                : episodes().stream()
                        .filter(episode -> episode.phase() == Episode.Phase.READY)
                        .toList();
    }

    /** Whether the drafts are there and the trajectories have yet to begin. */
    boolean drafted() {
        return stage == drafting && failure == null && stage.finished();
    }

    /** Goes on from the drafts to the trajectories. */
    void refine() {
        draft = stage.best().course();
        stage = stage(0, work.getGroupSize());
    }

    /** An environment's opening conversation as the policy is to see it: with the best draft, if there is one. */
    List<ChatMessage> opening(List<ChatMessage> messages) {
        return draft == null ? messages : new DraftPrompt(work.getDrafting().getPrompt()).into(messages, draft);
    }

    /** How many slots of the engine the group will take beyond those that it holds. */
    int slotsToCome() {
        int held = 0;
        int unstarted = 0;
        for (Episode episode : episodes()) {
            if (episode.phase() != Episode.Phase.FINISHED) {
                held += episode.sequence() == null ? 0 : 1;
                unstarted += episode.sequence() == null ? 1 : 0;
            }
        }
        return stage == drafting ? Math.max(unstarted, work.getGroupSize() - held) : unstarted;
    }

    /** The name under which the judgement of the episodes together is asked for. */
    SessionId judgement() {
        return session(stage.judgementNumber());
    }

    /** The family judges the episodes beside each other when all are there. */
    void judgeTogether() {
        stage.judgeTogether();
    }

    /** Whether all episodes are there and the family has yet to judge them together. */
    boolean wantsJudgement() {
        return failure == null && stage.wantsJudgement();
    }

    /** Marks the judgement as asked for and returns what it is of. */
    List<GroupMember> beginJudgement(long nanoTime) {
        return stage.beginJudgement(nanoTime);
    }

    boolean isJudging() {
        return stage.isJudging();
    }

    long judgingSince() {
        return stage.judgingSince();
    }

    /** Takes the judgement of the episodes together; one that does not fit loses the group. */
    void takeJudgement(List<Verdict> verdicts) {
        String fault = stage.takeJudgement(verdicts);
        if (fault != null) {
            failure = "group-rubric-failed: " + fault;
        }
    }

    /** The judgement of the episodes together failed. */
    void failJudgement(String reason) {
        stage.endJudgement();
        failure = "group-rubric-failed: " + reason;
    }

    boolean finished() {
        return failure != null || (stage != drafting && stage.finished());
    }

    /** The episode of a session, unless the session is of an earlier try or an earlier stage. */
    @Nullable
    Episode episode(SessionId session) {
        return stage.episode(session);
    }

    void forEachAwaited(Consumer<Episode> action) {
        for (Episode episode : episodes()) {
            boolean opening = episode.phase() == Episode.Phase.OPENING && opened;
            if (opening || episode.phase() == Episode.Phase.STEPPING) {
                action.accept(episode);
            }
        }
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
        episodes().forEach(episode -> group.addTrajectories(episode.toTrajectory()));
        if (drafting != null) {
            for (Episode episode : drafting.episodes()) {
                group.addDrafts(episode.toTrajectory().toBuilder().setIndex(group.getDraftsCount()));
            }
        }
        return result.setGroup(group).build();
    }
}
