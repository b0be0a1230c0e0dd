package io.troupe.verifier.wire;

import io.troupe.proto.v1.ChatMessage;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import java.util.List;

/**
 * The verifier's records as protocol buffers and back. An enum value that is unspecified or unknown is an {@link IllegalArgumentException}: it comes
 * from a peer that doesn't speak this protocol. Pure functions, safe for any thread.
 */
public final class VerifierProtos {

    private VerifierProtos() {}

    /** A task for the wire. */
    public static io.troupe.proto.v1.Task toProto(Task task) {
        return io.troupe.proto.v1.Task.newBuilder()
                .setFamily(task.family())
                .setId(task.id())
                .setSplit(toProto(task.split()))
                .setSeed(task.seed())
                .setIndex(task.index())
                .setLevel(task.level())
                .addAllPrompt(toProto(task.prompt()))
                .setGold(task.gold())
                .build();
    }

    /** A task from the wire. */
    public static Task fromProto(io.troupe.proto.v1.Task task) {
        return new Task(
                task.getFamily(),
                task.getId(),
                fromProto(task.getSplit()),
                task.getSeed(),
                task.getIndex(),
                task.getLevel(),
                fromProto(task.getPromptList()),
                task.getGold());
    }

    /** Messages for the wire. */
    public static List<ChatMessage> toProto(List<Message> messages) {
        return messages.stream().map(VerifierProtos::toProto).toList();
    }

    /** Messages from the wire. */
    public static List<Message> fromProto(List<ChatMessage> messages) {
        return messages.stream().map(VerifierProtos::fromProto).toList();
    }

    /** A message for the wire. */
    public static ChatMessage toProto(Message message) {
        return ChatMessage.newBuilder()
                .setRole(message.role())
                .setContent(message.content())
                .build();
    }

    /** A message from the wire. */
    public static Message fromProto(ChatMessage message) {
        return new Message(message.getRole(), message.getContent());
    }

    /** A verdict for the wire. */
    public static io.troupe.proto.v1.Verdict toProto(Verdict verdict) {
        var builder = io.troupe.proto.v1.Verdict.newBuilder()
                .setOutcome(toProto(verdict.outcome()))
                .setReward(verdict.reward())
                .setRule(verdict.rule());
        verdict.components().forEach(component -> builder.addComponents(toProto(component)));
        verdict.metrics().forEach(metric -> builder.addMetrics(toProto(metric)));
        String extracted = verdict.extracted();
        return extracted == null
                ? builder.build()
                : builder.setExtracted(extracted).build();
    }

    /** A verdict from the wire. An empty answer and none are the same there: both come back as none. */
    public static Verdict fromProto(io.troupe.proto.v1.Verdict verdict) {
        return new Verdict(
                fromProto(verdict.getOutcome()),
                verdict.getReward(),
                components(verdict.getComponentsList()),
                verdict.getExtracted().isEmpty() ? null : verdict.getExtracted(),
                verdict.getRule(),
                components(verdict.getMetricsList()));
    }

    private static io.troupe.proto.v1.RewardComponent toProto(RewardComponent component) {
        return io.troupe.proto.v1.RewardComponent.newBuilder()
                .setName(component.name())
                .setValue(component.value())
                .build();
    }

    private static List<RewardComponent> components(List<io.troupe.proto.v1.RewardComponent> components) {
        return components.stream()
                .map(component -> new RewardComponent(component.getName(), component.getValue()))
                .toList();
    }

    /** One trajectory of a group for the wire. */
    public static io.troupe.proto.v1.GroupMember toProto(GroupMember member) {
        return io.troupe.proto.v1.GroupMember.newBuilder()
                .addAllConversation(toProto(member.conversation()))
                .setVerdict(toProto(member.verdict()))
                .setTokens(member.tokens())
                .build();
    }

    /** One trajectory of a group from the wire. */
    public static GroupMember fromProto(io.troupe.proto.v1.GroupMember member) {
        return new GroupMember(
                fromProto(member.getConversationList()), fromProto(member.getVerdict()), member.getTokens());
    }

    /** An outcome for the wire. */
    public static io.troupe.proto.v1.Outcome toProto(Outcome outcome) {
        return switch (outcome) {
            case CORRECT -> io.troupe.proto.v1.Outcome.OUTCOME_CORRECT;
            case WRONG -> io.troupe.proto.v1.Outcome.OUTCOME_WRONG;
            case NO_ANSWER -> io.troupe.proto.v1.Outcome.OUTCOME_NO_ANSWER;
            case UNPARSABLE_ANSWER -> io.troupe.proto.v1.Outcome.OUTCOME_UNPARSABLE_ANSWER;
            case UNPARSABLE_GOLD -> io.troupe.proto.v1.Outcome.OUTCOME_UNPARSABLE_GOLD;
            case UNDECIDED -> io.troupe.proto.v1.Outcome.OUTCOME_UNDECIDED;
            case ERROR -> io.troupe.proto.v1.Outcome.OUTCOME_ERROR;
        };
    }

    /** An outcome from the wire. */
    public static Outcome fromProto(io.troupe.proto.v1.Outcome outcome) {
        return switch (outcome) {
            case OUTCOME_CORRECT -> Outcome.CORRECT;
            case OUTCOME_WRONG -> Outcome.WRONG;
            case OUTCOME_NO_ANSWER -> Outcome.NO_ANSWER;
            case OUTCOME_UNPARSABLE_ANSWER -> Outcome.UNPARSABLE_ANSWER;
            case OUTCOME_UNPARSABLE_GOLD -> Outcome.UNPARSABLE_GOLD;
            case OUTCOME_UNDECIDED -> Outcome.UNDECIDED;
            case OUTCOME_ERROR -> Outcome.ERROR;
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a verdict on the wire has the outcome " + outcome);
        };
    }

    /** A split for the wire. */
    public static io.troupe.proto.v1.Split toProto(Split split) {
        return switch (split) {
            case TRAIN -> io.troupe.proto.v1.Split.SPLIT_TRAIN;
            case EVALUATION -> io.troupe.proto.v1.Split.SPLIT_EVALUATION;
        };
    }

    /** A split from the wire. */
    public static Split fromProto(io.troupe.proto.v1.Split split) {
        return switch (split) {
            case SPLIT_TRAIN -> Split.TRAIN;
            case SPLIT_EVALUATION -> Split.EVALUATION;
            case SPLIT_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a task on the wire has the split " + split);
        };
    }
}
