package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.wire.VerifierProtos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Loops over a tiny policy, and work for them. Closing it closes the policy. */
final class PlayedLoops implements AutoCloseable {

    /** Slots of a loop's engine. */
    static final int SLOTS = 16;

    final TaskFamilies families = TaskFamilies.load();
    final AtomicLong clock = new AtomicLong();
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final Path directory;
    private Policy policy;

    PlayedLoops(Path folder) {
        directory = TinyPolicy.create(folder.resolve("policy"), 5);
        policy = Policy.open(directory);
    }

    Policy policy() {
        return policy;
    }

    /** Opens the policy anew with something put before its chat template. */
    void prependToTemplate(String text) throws IOException {
        Path template = directory.resolve("chat_template.jinja");
        Files.writeString(template, text + Files.readString(template));
        policy.close();
        policy = Policy.open(directory);
    }

    RolloutLoop loop(Environments environments, boolean isolated) {
        return new RolloutLoop(
                new LocalEngine(policy, manager, SLOTS, 256, 0),
                policy,
                environments,
                new RolloutLoop.Settings(4, 2, isolated),
                clock::get);
    }

    /** A loop that the environments answer. */
    RolloutLoop loop(ScriptedEnvironments environments, boolean isolated) {
        RolloutLoop loop = loop((Environments) environments, isolated);
        environments.loop = loop;
        return loop;
    }

    /** Plays until the next group is finished. */
    static WorkResult play(RolloutLoop loop) {
        for (int step = 0; step < 2000; step++) {
            List<WorkResult> results = loop.takeResults();
            if (!results.isEmpty()) {
                assertThat(results).hasSize(1);
                return results.get(0);
            }
            loop.step();
        }
        throw new AssertionError("no result; waiting for " + loop.waiting());
    }

    /** Work on a real task, whose number is also the seed. */
    Work work(long group, String family, int size) {
        Task task = VerifierProtos.toProto(families.get(family).task(Split.TRAIN, 1, group, 1));
        return Work.newBuilder()
                .setLease(Lease.newBuilder().setGroupId(group).setAttempt(1))
                .setTask(task)
                .setGroupSize(size)
                .setSeed(group)
                .setSampling(Sampling.newBuilder()
                        .setTemperature(1)
                        .setTopP(1)
                        .setMaxTurnTokens(24)
                        .setMaxTrajectoryTokens(250))
                .build();
    }

    String text(Segment segment) {
        return policy.tokenizer()
                .decode(segment.getTokenIdsList().stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
    }

    @Override
    public void close() {
        policy.close();
        manager.close();
    }
}
