package io.troupe.rollout;

import io.troupe.policy.ChatTemplate;
import io.troupe.policy.PolicyTokenizer;
import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.FinishReason;
import io.troupe.proto.v1.RewardComponent;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One trajectory in the making: the conversation as messages for the environment and the template, and as tokens for the policy. Tokens
 * that the policy sampled are kept as they are and never encoded again. Owned by the loop's thread.
 */
final class Episode {

    /** Whom the episode waits for. */
    enum Phase {
        OPENING,
        READY,
        SAMPLING,
        STEPPING,
        FINISHED
    }

    /** Marks the trajectories whose tokens were made from text. */
    private static final String REENCODED = "reencoded";

    private final PolicyTokenizer tokenizer;
    private final ChatTemplate template;
    private final int endOfTurn;
    private final long seed;
    private final List<Segment> segments = new ArrayList<>();
    private final List<ChatMessage> conversation = new ArrayList<>();
    private SessionId session;
    private Phase phase = Phase.OPENING;
    private List<String> tools = List.of();
    private String prefill = "";
    private int turns;
    private int spared;
    private int opening;
    private long waitingSince;
    private int[] prompt = {};
    private @Nullable Sequence sequence;
    private @Nullable FinishReason limit;
    private @Nullable Verdict verdict;

    Episode(SessionId session, long seed, PolicyTokenizer tokenizer, ChatTemplate template, int endOfTurn) {
        this.session = session;
        this.seed = seed;
        this.tokenizer = tokenizer;
        this.template = template;
        this.endOfTurn = endOfTurn;
    }

    SessionId session() {
        return session;
    }

    Phase phase() {
        return phase;
    }

    long seed() {
        return seed;
    }

    int turns() {
        return turns;
    }

    long waitingSince() {
        return waitingSince;
    }

    int[] prompt() {
        return prompt;
    }

    @Nullable
    Sequence sequence() {
        return sequence;
    }

    boolean limited() {
        return limit != null;
    }

    /** Marks the episode as cut off, for the reason that counts first. */
    void limit(FinishReason reason) {
        if (limit == null) {
            limit = reason;
        }
    }

    void await(Phase awaited, long nanoTime) {
        phase = awaited;
        waitingSince = nanoTime;
    }

    /** Takes the opening conversation; encodes the prompt. */
    void open(List<ChatMessage> messages, List<String> offered) {
        tools = List.copyOf(offered);
        conversation.addAll(messages);
        ChatMessage last = messages.get(messages.size() - 1);
        if (last.getRole().equals("assistant")) {
            prefill = last.getContent();
            conversation.remove(conversation.size() - 1);
        }
        opening = conversation.size();
        prompt = tokenizer.encode(template.open(messages, tools));
        segments.add(segment(Source.SOURCE_PROMPT, prompt));
        phase = Phase.READY;
    }

    void begin(Sequence started) {
        sequence = started;
        phase = Phase.SAMPLING;
    }

    /** Takes the turn that the sequence just ended and returns it as text, without its end-of-turn token. */
    String endTurn() {
        Sequence sampled = requireSequence();
        int[] tokens = sampled.turnTokens();
        var segment = segment(Source.SOURCE_POLICY, tokens).toBuilder().setWindow(sampled.window());
        for (float logProbability : sampled.turnLogProbabilities()) {
            segment.addLogProbabilities(logProbability);
        }
        for (long version : sampled.turnVersions()) {
            segment.addPolicyVersions(version);
        }
        segments.add(segment.build());
        boolean closed = sampled.turnEnd() == Sequence.TurnEnd.END_OF_TURN;
        String text = tokenizer.decode(closed ? Arrays.copyOf(tokens, tokens.length - 1) : tokens);
        conversation.add(message("assistant", prefill + text));
        prefill = "";
        turns++;
        if (sampled.turnEnd() == Sequence.TurnEnd.LENGTH) {
            limit(FinishReason.FINISH_REASON_LENGTH);
        }
        return text;
    }

    /** Takes what the environment answered and returns it as tokens, up to where the policy goes on. */
    int[] observe(List<ChatMessage> observation) {
        int[] glue = {};
        if (requireSequence().turnEnd() == Sequence.TurnEnd.STOP_STRING) {
            glue = new int[] {endOfTurn}; // the policy did not say it, the template wants it
            segments.add(segment(Source.SOURCE_TEMPLATE, glue));
        }
        int[] answer = tokenizer.encode(template.observation(conversation, observation, tools));
        conversation.addAll(observation);
        segments.add(segment(Source.SOURCE_ENVIRONMENT, answer));
        int[] both = Arrays.copyOf(glue, glue.length + answer.length);
        System.arraycopy(answer, 0, both, glue.length, answer.length);
        return both;
    }

    void finish(Verdict judged) {
        Sequence sampled = sequence;
        boolean reencoded = sampled != null && sampled.isReencoded();
        verdict = reencoded
                        && judged.getMetricsList().stream()
                                .noneMatch(metric -> metric.getName().equals(REENCODED))
                ? judged.toBuilder()
                        .addMetrics(
                                RewardComponent.newBuilder().setName(REENCODED).setValue(1))
                        .build()
                : judged;
        phase = Phase.FINISHED;
    }

    /** The sessions that failed by a fault that may be the environment's own. */
    int faults() {
        return session.retry() - spared;
    }

    /** The failure that comes now is nobody's of this episode: it does not count against its retries. */
    void spare() {
        spared++;
    }

    /** Forgets everything and waits for a new session. */
    void restart() {
        session = session.next();
        segments.clear();
        conversation.clear();
        prefill = "";
        turns = 0;
        limit = null;
        sequence = null;
        phase = Phase.OPENING;
    }

    /** What was said after the opening, by policy and environment, a line for each message. */
    String course() {
        return conversation.subList(opening, conversation.size()).stream()
                .map(said -> said.getContent().strip())
                .collect(Collectors.joining("\n"));
    }

    /** The reward of the finished episode. */
    double reward() {
        return requireVerdict().getReward();
    }

    /** The finished episode for a judgement of its whole group. */
    GroupMember toMember() {
        int sampled = segments.stream()
                .filter(segment -> segment.getSource() == Source.SOURCE_POLICY)
                .mapToInt(Segment::getTokenIdsCount)
                .sum();
        return new GroupMember(
                VerifierProtos.fromProto(conversation), VerifierProtos.fromProto(requireVerdict()), sampled);
    }

    Trajectory toTrajectory() {
        return Trajectory.newBuilder()
                .setIndex(session.trajectory())
                .setSeed(seed)
                .addAllSegments(segments)
                .setFinishReason(limit == null ? FinishReason.FINISH_REASON_DONE : limit)
                .setVerdict(requireVerdict())
                .setTurns(turns)
                .build();
    }

    private Verdict requireVerdict() {
        if (verdict == null) {
            throw new IllegalStateException(session + " has no verdict yet");
        }
        return verdict;
    }

    Sequence requireSequence() {
        if (sequence == null) {
            throw new IllegalStateException(session + " is not being sampled");
        }
        return sequence;
    }

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    private static Segment segment(Source source, int[] tokens) {
        var segment = Segment.newBuilder().setSource(source);
        for (int token : tokens) {
            segment.addTokenIds(token);
        }
        return segment.build();
    }
}
