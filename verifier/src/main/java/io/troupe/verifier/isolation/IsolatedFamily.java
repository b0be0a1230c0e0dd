package io.troupe.verifier.isolation;

import io.troupe.proto.v1.ConfigureFamily;
import io.troupe.proto.v1.DemonstrateTask;
import io.troupe.proto.v1.DrawTask;
import io.troupe.proto.v1.EnvironmentRequest;
import io.troupe.proto.v1.FamilyDescription;
import io.troupe.proto.v1.FamilyReference;
import io.troupe.proto.v1.JudgeMembers;
import io.troupe.verifier.Demonstrator;
import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.GroupRubric;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A plug-in's family whose code runs in other processes. As thread-safe as any. */
final class IsolatedFamily implements TaskFamily {

    private final EnvironmentProcesses processes;
    private final FamilyReference reference;
    private final FamilyDescription description;

    IsolatedFamily(EnvironmentProcesses processes, FamilyReference reference, FamilyDescription description) {
        this.processes = processes;
        this.reference = reference;
        this.description = description;
    }

    FamilyReference reference() {
        return reference;
    }

    @Override
    public String id() {
        return description.getId();
    }

    @Override
    public String summary() {
        return description.getSummary();
    }

    @Override
    public Levels levels() {
        return new Levels(
                description.getMinLevel(),
                description.getMaxLevel(),
                description.getInitialLevel(),
                description.getLevelMeaning());
    }

    @Override
    public Task task(Split split, long seed, long index, int level) {
        var draw = DrawTask.newBuilder()
                .setFamily(reference)
                .setSplit(VerifierProtos.toProto(split))
                .setSeed(seed)
                .setIndex(index)
                .setLevel(level);
        return VerifierProtos.fromProto(processes
                .ask(id(), EnvironmentRequest.newBuilder().setDraw(draw))
                .getTask());
    }

    @Override
    public TaskFamily configured(Record options) {
        throw new OptionsException(
                id() + " runs in a process of its own: its options are given as they stand in the configuration");
    }

    @Override
    public TaskFamily configuredFrom(String json) {
        FamilyReference wanted = reference.toBuilder().setOptions(json).build();
        FamilyDescription configured = processes
                .ask(
                        id(),
                        EnvironmentRequest.newBuilder()
                                .setConfigure(ConfigureFamily.newBuilder().setFamily(wanted)))
                .getDescription();
        return new IsolatedFamily(processes, wanted, configured);
    }

    @Override
    public List<String> optionKeys() {
        return description.getOptionKeysList();
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public Environment open() {
        return new IsolatedEnvironment(processes, this);
    }

    @Override
    public Optional<GroupRubric> groupRubric() {
        return description.getJudgesGroups() ? Optional.of(this::judge) : Optional.empty();
    }

    private List<Verdict> judge(Task task, List<GroupMember> members) {
        var judge = JudgeMembers.newBuilder()
                .setFamily(reference)
                .setTask(VerifierProtos.toProto(task))
                .addAllMembers(members.stream().map(VerifierProtos::toProto).toList());
        return processes
                .ask(id(), EnvironmentRequest.newBuilder().setJudge(judge))
                .getVerdicts()
                .getVerdictsList()
                .stream()
                .map(VerifierProtos::fromProto)
                .toList();
    }

    @Override
    public Optional<Demonstrator> demonstrator() {
        return description.getDemonstrates() ? Optional.of(this::demonstrate) : Optional.empty();
    }

    private List<Message> demonstrate(Task task, Quality quality, SplittableRandom random) {
        var demonstrate = DemonstrateTask.newBuilder()
                .setFamily(reference)
                .setTask(VerifierProtos.toProto(task))
                .setHasty(quality == Quality.HASTY)
                .setSeed(random.nextLong());
        return VerifierProtos.fromProto(processes
                .ask(id(), EnvironmentRequest.newBuilder().setDemonstrate(demonstrate))
                .getConversation()
                .getMessagesList());
    }
}
