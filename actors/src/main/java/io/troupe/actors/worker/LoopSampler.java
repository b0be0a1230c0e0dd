package io.troupe.actors.worker;

import ai.djl.ndarray.NDManager;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.GroupJudged;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.WeightManifest;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.rollout.Engine;
import io.troupe.rollout.Environments;
import io.troupe.rollout.RemoteEngine;
import io.troupe.rollout.RolloutLoop;
import io.troupe.rollout.SessionId;
import io.troupe.rollout.remote.RemoteServers;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.wire.VerifierProtos;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Samples with a {@link RolloutLoop}, in the terms of the wire: on this machine or by inference servers. */
public final class LoopSampler implements GroupSampler {

    private final NDManager manager;
    private final RolloutLoop loop;
    private final AtomicReference<Runnable> wake;

    private LoopSampler(NDManager manager, RolloutLoop loop, AtomicReference<Runnable> wake) {
        this.manager = manager;
        this.loop = loop;
        this.wake = wake;
    }

    /**
     * A sampler on this machine, with the policy's own weights until others are loaded.
     *
     * @param device where it samples
     * @param slots how many trajectories at once
     * @param maxLength the most tokens of a trajectory
     * @param nanoTime a monotonic clock
     */
    public static LoopSampler local(
            Policy policy,
            ComputeDevice device,
            int slots,
            int maxLength,
            RolloutLoop.Settings settings,
            EnvironmentPort environments,
            LongSupplier nanoTime) {
        NDManager manager = device.newManager();
        var engine = Engine.local(policy, manager, slots, maxLength, -1);
        return new LoopSampler(
                manager,
                new RolloutLoop(engine, policy, new Ported(environments), settings, nanoTime),
                new AtomicReference<>(() -> {}));
    }

    /**
     * A sampler by inference servers, which stay the caller's.
     *
     * @param slots how many trajectories at once
     * @param maxLength the most tokens of a trajectory
     * @param nanoTime a monotonic clock
     */
    public static LoopSampler remote(
            RemoteServers servers,
            Policy policy,
            int slots,
            int maxLength,
            RolloutLoop.Settings settings,
            EnvironmentPort environments,
            LongSupplier nanoTime) {
        var wake = new AtomicReference<Runnable>(() -> {});
        var engine = new RemoteEngine(
                servers, policy, slots, maxLength, () -> wake.get().run());
        return new LoopSampler(
                ComputeDevice.CPU.newManager(),
                new RolloutLoop(engine, policy, new Ported(environments), settings, nanoTime),
                wake);
    }

    @Override
    public void wakeBy(Runnable signal) {
        wake.set(signal);
    }

    @Override
    public void accept(Work work) {
        loop.accept(work);
    }

    @Override
    public void withdraw(long group) {
        loop.withdraw(group);
    }

    @Override
    public boolean step() {
        return loop.step();
    }

    @Override
    public void opened(SessionOpened opened) {
        loop.opened(
                id(opened.getSession()),
                opened.getConversationList(),
                opened.getToolsList(),
                opened.getJudgedTogether());
    }

    @Override
    public void stepped(SessionStepped stepped) {
        SessionId session = id(stepped.getSession());
        switch (stepped.getOutcomeCase()) {
            case OBSERVATION ->
                loop.stepped(
                        session,
                        new StepResult.Continue(VerifierProtos.fromProto(
                                stepped.getObservation().getMessagesList())));
            case VERDICT -> loop.stepped(session, new StepResult.Done(VerifierProtos.fromProto(stepped.getVerdict())));
            case OUTCOME_NOT_SET -> loop.failed(session, "the environment's answer says nothing");
        }
    }

    @Override
    public void groupJudged(GroupJudged judged) {
        loop.groupJudged(
                id(judged.getSession()),
                judged.getVerdictsList().stream().map(VerifierProtos::fromProto).toList());
    }

    @Override
    public void lost(SessionKey session, String reason) {
        loop.lost(id(session), reason);
    }

    @Override
    public void failed(SessionKey session, String reason) {
        loop.failed(id(session), reason);
    }

    @Override
    public List<WorkResult> takeResults() {
        return loop.takeResults();
    }

    @Override
    public void load(PolicyVersion policy) throws IOException {
        WeightManifest manifest = policy.getWeights();
        Path file = Path.of(URI.create(manifest.getUri()));
        if (Files.size(file) != manifest.getSize()) {
            throw new IOException(file + " has " + Files.size(file) + " bytes instead of " + manifest.getSize());
        }
        loop.load(file, policy.getVersion());
    }

    @Override
    public int freeSlots() {
        return loop.freeSlots();
    }

    @Override
    public long tokensSampled() {
        return loop.tokensSampled();
    }

    @Override
    public List<SessionKey> overdue(Duration patience) {
        return loop.overdue(patience).stream().map(LoopSampler::key).toList();
    }

    @Override
    public List<String> waiting() {
        return loop.waiting();
    }

    @Override
    public void close() {
        loop.close();
        manager.close();
    }

    private static SessionId id(SessionKey key) {
        return new SessionId(key.getGroup(), key.getAttempt(), key.getTrajectory(), key.getRetry());
    }

    private static SessionKey key(SessionId id) {
        return SessionKey.newBuilder()
                .setGroup(id.group())
                .setAttempt(id.attempt())
                .setTrajectory(id.trajectory())
                .setRetry(id.retry())
                .build();
    }

    private record Ported(EnvironmentPort port) implements Environments {
        @Override
        public void open(SessionId session, Task task, long seed) {
            port.open(key(session), task, seed);
        }

        @Override
        public void step(SessionId session, String action) {
            port.step(key(session), action);
        }

        @Override
        public void truncate(SessionId session, String reason) {
            port.truncate(key(session), reason);
        }

        @Override
        public void judgeGroup(SessionId judgement, Task task, List<GroupMember> members) {
            port.judgeGroup(key(judgement), task, members);
        }

        @Override
        public void close(SessionId session) {
            port.close(key(session));
        }
    }
}
