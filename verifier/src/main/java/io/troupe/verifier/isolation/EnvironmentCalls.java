package io.troupe.verifier.isolation;

import io.troupe.proto.v1.Conversation;
import io.troupe.proto.v1.DemonstrateTask;
import io.troupe.proto.v1.DrawTask;
import io.troupe.proto.v1.EnvironmentReply;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.proto.v1.FamilyCatalogue;
import io.troupe.proto.v1.FamilyDescription;
import io.troupe.proto.v1.FamilyReference;
import io.troupe.proto.v1.JudgeMembers;
import io.troupe.proto.v1.ResetEnvironment;
import io.troupe.proto.v1.Verdicts;
import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Options;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Answers requests with the families and environments of a class loader, within an environment's process. Safe for any thread. */
final class EnvironmentCalls {

    private final SortedMap<String, TaskFamily> offered;
    private final Map<FamilyReference, TaskFamily> configured = new ConcurrentHashMap<>();
    private final Map<Long, Environment> sessions = new ConcurrentHashMap<>();

    private EnvironmentCalls(SortedMap<String, TaskFamily> offered) {
        this.offered = offered;
    }

    /** Loads what the plug-ins have over Troupe's own families. */
    static EnvironmentCalls load(ClassLoader plugins) {
        SortedMap<String, TaskFamily> offered = new TreeMap<>();
        TaskFamilies.load(plugins).all().forEach(family -> offered.put(family.id(), family));
        TaskFamilies.load().all().forEach(own -> offered.remove(own.id()));
        return new EnvironmentCalls(offered);
    }

    FamilyCatalogue catalogue() {
        var catalogue = FamilyCatalogue.newBuilder();
        offered.values().forEach(family -> catalogue.addFamilies(describe(family)));
        return catalogue.build();
    }

    EnvironmentReply.Builder answer(EnvironmentRequest request) {
        var reply = EnvironmentReply.newBuilder();
        return switch (request.getRequestCase()) {
            case CONFIGURE ->
                reply.setDescription(describe(family(request.getConfigure().getFamily())));
            case DRAW -> reply.setTask(draw(request.getDraw()));
            case RESET -> reply.setConversation(reset(request.getReset()));
            case STEP ->
                step(
                        reply,
                        environment(request.getStep().getSession())
                                .step(request.getStep().getAction()));
            case TRUNCATE ->
                reply.setVerdict(
                        VerifierProtos.toProto(environment(request.getTruncate().getSession())
                                .truncated(request.getTruncate().getReason())));
            case CLOSE ->
                reply.setConversation(conversation(close(request.getClose().getSession())));
            case JUDGE -> reply.setVerdicts(judge(request.getJudge()));
            case DEMONSTRATE -> reply.setConversation(conversation(demonstrate(request.getDemonstrate())));
            case REQUEST_NOT_SET -> throw new IllegalArgumentException("a request asks for nothing");
        };
    }

    private TaskFamily family(FamilyReference reference) {
        return configured.computeIfAbsent(reference, wanted -> {
            TaskFamily family = offered.get(wanted.getId());
            if (family == null) {
                throw new IllegalArgumentException("there is no family " + wanted.getId() + " in the plug-ins");
            }
            return wanted.getOptions().isEmpty()
                    ? family
                    : family.configured(Options.bind(family.optionsType(), wanted.getOptions()));
        });
    }

    private io.troupe.proto.v1.Task draw(DrawTask draw) {
        return VerifierProtos.toProto(family(draw.getFamily())
                .task(VerifierProtos.fromProto(draw.getSplit()), draw.getSeed(), draw.getIndex(), draw.getLevel()));
    }

    private Conversation reset(ResetEnvironment reset) {
        Environment environment = sessions.get(reset.getSession());
        if (environment == null) {
            environment = family(reset.getFamily()).open();
            sessions.put(reset.getSession(), environment);
        }
        List<Message> opening = environment.reset(VerifierProtos.fromProto(reset.getTask()), reset.getSeed());
        return conversation(opening).toBuilder()
                .addAllTools(environment.tools())
                .build();
    }

    private static EnvironmentReply.Builder step(EnvironmentReply.Builder reply, StepResult result) {
        return result instanceof StepResult.Done done
                ? reply.setVerdict(VerifierProtos.toProto(done.verdict()))
                : reply.setConversation(conversation(((StepResult.Continue) result).observation()));
    }

    private List<Message> close(long session) {
        Environment environment = sessions.remove(session);
        if (environment != null) {
            environment.close();
        }
        return List.of();
    }

    private Verdicts judge(JudgeMembers judge) {
        var rubric = family(judge.getFamily())
                .groupRubric()
                .orElseThrow(() -> new IllegalStateException(judge.getFamily().getId() + " judges no groups"));
        var verdicts = rubric.judge(
                VerifierProtos.fromProto(judge.getTask()),
                judge.getMembersList().stream().map(VerifierProtos::fromProto).toList());
        return Verdicts.newBuilder()
                .addAllVerdicts(verdicts.stream().map(VerifierProtos::toProto).toList())
                .build();
    }

    private List<Message> demonstrate(DemonstrateTask wanted) {
        var demonstrator = family(wanted.getFamily())
                .demonstrator()
                .orElseThrow(() -> new IllegalStateException(wanted.getFamily().getId() + " demonstrates nothing"));
        return demonstrator.demonstrate(
                VerifierProtos.fromProto(wanted.getTask()),
                wanted.getHasty() ? Quality.HASTY : Quality.SOUND,
                new SplittableRandom(wanted.getSeed()));
    }

    private Environment environment(long session) {
        Environment environment = sessions.get(session);
        if (environment == null) {
            throw new IllegalStateException("the session is not open in this process");
        }
        return environment;
    }

    private static Conversation conversation(List<Message> messages) {
        return Conversation.newBuilder()
                .addAllMessages(VerifierProtos.toProto(messages))
                .build();
    }

    private static FamilyDescription describe(TaskFamily family) {
        return FamilyDescription.newBuilder()
                .setId(family.id())
                .setSummary(family.summary())
                .setMinLevel(family.levels().min())
                .setMaxLevel(family.levels().max())
                .setInitialLevel(family.levels().initial())
                .setLevelMeaning(family.levels().meaning())
                .addAllOptionKeys(Options.keys(family.optionsType()))
                .setJudgesGroups(family.groupRubric().isPresent())
                .setDemonstrates(family.demonstrator().isPresent())
                .build();
    }
}
