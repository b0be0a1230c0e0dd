package io.troupe.rollout;

import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.FinishReason;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays groups of episodes: samples the policy's turns, gives them to the environments, appends what they answer, until every trajectory of
 * a group is judged.
 *
 * <p>A trajectory whose environment fails, or whose verdict carries no reward, is played again; when its retries are used up the whole group
 * fails under a named reason. Nothing that went wrong ever becomes a reward.
 *
 * <p>Work may ask for drafts: they are played and judged like a group of their own, and the best one goes into the prompt of the group's trajectories.
 *
 * <p>In <em>isolated</em> mode groups are played one after the other, all answers of a group's environments are awaited before the next token,
 * and they are taken in the order of the trajectories: what is sampled is then a function of the weights and of the work alone, bit for bit.
 *
 * <p>Not thread-safe: one thread calls everything. Life: {@link #accept}, then {@link #step} as long as it returns true, and the answers of
 * the environments as they come; {@link #takeResults}; {@link #close}.
 */
public final class RolloutLoop implements AutoCloseable {

    /**
     * What the loop needs to know.
     *
     * @param maxTurns the most turns of an episode
     * @param retries how often a trajectory is played again after a failure
     * @param isolated one group at a time, see the class comment
     */
    public record Settings(int maxTurns, int retries, boolean isolated) {}

    private final Engine engine;
    private final GroupPlay.EpisodeSource episodes;
    private final Environments environments;
    private final Settings settings;
    private final LongSupplier nanoTime;
    private final PlayedGroups groups = new PlayedGroups();
    private final SampledEpisodes sampling;
    private final Answers answers;
    private final List<WorkResult> results = new ArrayList<>();

    /**
     * Makes a loop.
     *
     * @param engine samples; closed with the loop
     * @param policy gives tokenizer and chat template, which stay the caller's
     * @param nanoTime a monotonic clock
     */
    public RolloutLoop(
            Engine engine, Policy policy, Environments environments, Settings settings, LongSupplier nanoTime) {
        this.engine = engine;
        sampling = new SampledEpisodes(engine);
        episodes = (session, seed) ->
                new Episode(session, seed, policy.tokenizer(), policy.chatTemplate(), policy.endOfTurnToken());
        this.environments = environments;
        this.settings = settings;
        answers = new Answers(settings.isolated());
        this.nanoTime = nanoTime;
    }

    /** Starts a group. The caller sees to it that {@link #freeSlots} suffices. */
    public void accept(Work work) {
        var playing = new GroupPlay(work, episodes);
        withdraw(playing.id());
        groups.add(playing);
        openNext();
    }

    /** Drops a group whose lease is lost; nothing will be reported for it. */
    public void withdraw(long group) {
        GroupPlay playing = groups.remove(group);
        if (playing != null) {
            playing.episodes().forEach(this::abandon);
            openNext();
        }
    }

    /**
     * Takes the answers that arrived and samples one token for everything that can go on.
     *
     * @return whether anything happened; false means idle, or that all wait for environments
     */
    public boolean step() {
        boolean progressed = answers.take(groups);
        if (settings.isolated() && groups.awaited() > 0) {
            return progressed;
        }
        startReady();
        if (!engine.hasWork()) {
            return progressed;
        }
        for (Sequence ended : engine.step()) {
            Episode episode = sampling.of(ended);
            if (ended.loss() != null) {
                giveUp(episode, ended.loss());
            } else if (episode != null) {
                String action = episode.endTurn();
                episode.await(Episode.Phase.STEPPING, nanoTime.getAsLong());
                environments.step(episode.session(), action);
            }
        }
        return true;
    }

    /**
     * The environment of a session is ready.
     *
     * @param tools the tools that the chat template describes, each a JSON object
     * @param judgedTogether whether the family judges the group's trajectories beside each other when all are there
     */
    public void opened(SessionId session, List<ChatMessage> messages, List<String> tools, boolean judgedTogether) {
        answers.add(session, () -> onOpened(session, messages, tools, judgedTogether));
    }

    /** The environment of a session answered a turn. */
    public void stepped(SessionId session, StepResult result) {
        answers.add(session, () -> onStepped(session, result));
    }

    /** The family judged a group as a whole: a verdict for each trajectory. The session is the one that was asked for. */
    public void groupJudged(SessionId session, List<Verdict> verdicts) {
        answers.add(session, () -> onGroupJudged(session, verdicts));
    }

    /** The environment of a session failed, or did not answer in time. */
    public void failed(SessionId session, String reason) {
        answers.add(session, () -> onFailed(session, reason));
    }

    /** Whoever had the session is gone, through no fault of the environment: the trajectory is played again, however often that happens. */
    public void lost(SessionId session, String reason) {
        answers.add(session, () -> onLost(session, reason));
    }

    /** The groups that finished since the last call, in the order in which they did. */
    public List<WorkResult> takeResults() {
        var taken = List.copyOf(results);
        results.clear();
        return taken;
    }

    /** Swaps the weights between two tokens. */
    public void load(Path weights, long version) throws IOException {
        engine.load(weights, version);
    }

    /** The version that samples now. */
    public long version() {
        return engine.version();
    }

    /** Groups accepted and not finished. */
    public int groupsInFlight() {
        return groups.size();
    }

    /** How many more trajectories fit, all accepted groups taken into account. */
    public int freeSlots() {
        int promised = groups.all().stream().mapToInt(GroupPlay::slotsToCome).sum();
        return engine.freeSlots() - promised;
    }

    /** Tokens sampled so far. */
    public long tokensSampled() {
        return engine.tokensSampled();
    }

    /** The sessions whose environment has owed an answer for longer than a time. */
    public List<SessionId> overdue(Duration patience) {
        return groups.overdue(nanoTime.getAsLong(), patience);
    }

    /** What the loop waits for: a line for the trajectory that waits longest for its environment, and one for each thing else. */
    public List<String> waiting() {
        var lines = new ArrayList<>(groups.waiting(nanoTime.getAsLong()));
        lines.addAll(engine.waiting());
        return lines;
    }

    @Override
    public void close() {
        groups.all().forEach(playing -> playing.episodes().forEach(this::abandon));
        groups.clear();
        engine.close();
    }

    private void openNext() {
        for (GroupPlay playing : groups.all()) {
            if (!playing.opened) {
                playing.opened = true;
                playing.episodes().forEach(episode -> openSession(playing, episode));
            }
            if (settings.isolated()) {
                return; // only the first unfinished group is played
            }
        }
    }

    private void openSession(GroupPlay playing, Episode episode) {
        episode.await(Episode.Phase.OPENING, nanoTime.getAsLong());
        environments.open(
                episode.session(), playing.work().getTask(), playing.work().getSeed());
    }

    private void startReady() {
        for (GroupPlay playing : groups.all()) {
            start(playing, playing.ready());
        }
        groups.all().stream()
                .filter(playing -> playing.failure != null)
                .toList()
                .forEach(this::conclude);
    }

    private void start(GroupPlay playing, List<Episode> ready) {
        var params = SamplingParams.of(playing.work().getSampling());
        try {
            sampling.start(ready, params);
        } catch (IllegalArgumentException e) {
            playing.failure = "prompt-too-long: " + e.getMessage();
        }
    }

    /** Gives up the group of an episode for what no retry would change. */
    private void giveUp(@Nullable Episode episode, String reason) {
        GroupPlay playing = episode == null ? null : groups.of(episode.session());
        if (playing != null) {
            fail(playing, reason);
        }
    }

    private void onOpened(SessionId session, List<ChatMessage> messages, List<String> tools, boolean judgedTogether) {
        Episode episode = groups.episode(session, Episode.Phase.OPENING);
        GroupPlay playing = groups.of(session);
        if (episode == null || playing == null) {
            return;
        }
        if (messages.isEmpty()) {
            onFailed(session, "the environment opened with an empty conversation");
            return;
        }
        if (judgedTogether) {
            playing.judgeTogether();
        }
        try {
            episode.open(playing.opening(messages), tools);
        } catch (PolicyFormatException e) {
            giveUp(episode, "chat-template: " + e.getMessage());
        }
    }

    private void onGroupJudged(SessionId session, List<Verdict> verdicts) {
        GroupPlay playing = groups.judging(session);
        if (playing != null) {
            playing.takeJudgement(verdicts);
            environments.close(session);
            concludeIfFinished(session.group());
        }
    }

    private void onStepped(SessionId session, StepResult result) {
        Episode episode = groups.episode(session, Episode.Phase.STEPPING);
        if (episode == null) {
            return;
        }
        if (result instanceof StepResult.Done done) {
            onVerdict(episode, done.verdict());
        } else if (result instanceof StepResult.Continue observed) {
            onObservation(episode, VerifierProtos.toProto(observed.observation()));
        }
    }

    private void onVerdict(Episode episode, Verdict verdict) {
        if (!verdict.outcome().carriesReward()) {
            onFailed(episode.session(), verdict.outcome() + ": " + verdict.rule());
            return;
        }
        abandon(episode);
        episode.finish(VerifierProtos.toProto(verdict));
        concludeIfFinished(episode.session().group());
    }

    private void onObservation(Episode episode, List<ChatMessage> observation) {
        if (!episode.limited()) {
            if (episode.turns() >= settings.maxTurns()) {
                episode.limit(FinishReason.FINISH_REASON_TURNS);
            } else if (observation.isEmpty()) {
                onFailed(episode.session(), "the environment goes on without an observation");
                return;
            } else {
                goOn(episode, observation);
            }
        }
        if (episode.limited()) {
            episode.await(Episode.Phase.STEPPING, nanoTime.getAsLong());
            environments.truncate(episode.session(), "the episode reached its limit of turns or tokens");
        }
    }

    private void goOn(Episode episode, List<ChatMessage> observation) {
        int[] tokens;
        try {
            tokens = episode.observe(observation);
        } catch (PolicyFormatException e) {
            giveUp(episode, "chat-template: " + e.getMessage());
            return;
        }
        if (!sampling.goOn(episode, tokens)) {
            episode.limit(FinishReason.FINISH_REASON_LENGTH);
        }
    }

    private void onFailed(SessionId session, String reason) {
        GroupPlay judging = groups.judging(session);
        if (judging != null) {
            judging.failJudgement(reason);
            environments.close(session);
            conclude(judging);
            return;
        }
        GroupPlay playing = groups.of(session);
        Episode episode = groups.episode(session);
        if (playing == null || episode == null || episode.phase() == Episode.Phase.FINISHED) {
            return;
        }
        abandon(episode);
        if (episode.faults() < settings.retries()) {
            episode.restart();
            openSession(playing, episode);
        } else {
            fail(playing, "environment-failed: " + session + ": " + reason);
        }
    }

    private void onLost(SessionId session, String reason) {
        GroupPlay judging = groups.judging(session);
        if (judging != null) {
            fail(judging, "engine-verifier-lost: " + reason);
            return;
        }
        Episode episode = groups.episode(session);
        if (episode != null) {
            episode.spare();
            onFailed(session, reason);
        }
    }

    private void concludeIfFinished(long group) {
        GroupPlay playing = groups.get(group);
        if (playing == null) {
            return;
        }
        if (playing.wantsJudgement()) {
            var members = playing.beginJudgement(nanoTime.getAsLong());
            environments.judgeGroup(playing.judgement(), playing.work().getTask(), members);
        } else if (playing.drafted()) {
            playing.refine();
            playing.episodes().forEach(episode -> openSession(playing, episode));
        } else if (playing.finished()) {
            conclude(playing);
        }
    }

    private void fail(GroupPlay playing, String reason) {
        playing.failure = reason;
        conclude(playing);
    }

    private void conclude(GroupPlay playing) {
        if (playing.failure != null) {
            playing.episodes().forEach(this::abandon);
        }
        results.add(playing.toResult());
        groups.remove(playing.id());
        openNext();
    }

    /** Frees what an episode holds: its slot and its session. */
    private void abandon(Episode episode) {
        sampling.release(episode);
        if (episode.phase() != Episode.Phase.FINISHED) {
            environments.close(episode.session());
        }
    }
}
