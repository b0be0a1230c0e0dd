package io.troupe.actors.worker;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.GroupJudged;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Plays every group as one turn of one trajectory, without a policy: opens an environment, answers "42", and is done when the
 * environment has judged. What it was told is recorded; the lists may be read by a test while the worker runs.
 */
final class ScriptedSampler implements GroupSampler {

    final List<String> told = new CopyOnWriteArrayList<>();
    private final List<Work> playing = new CopyOnWriteArrayList<>();
    private final List<WorkResult> results = new ArrayList<>();
    private final EnvironmentPort environments;
    private final int slots;
    private volatile List<SessionKey> overdue = List.of();
    private volatile boolean unreadable;
    private int padding;

    ScriptedSampler(EnvironmentPort environments, int slots) {
        this.environments = environments;
        this.slots = slots;
    }

    void overdue(SessionKey session) {
        overdue = List.of(session);
    }

    void unreadable(boolean whether) {
        unreadable = whether;
    }

    void padResults(int bytes) {
        padding = bytes;
    }

    @Override
    public void accept(Work work) {
        told.add("accept " + work.getLease().getGroupId());
        playing.add(work);
        environments.open(key(work), work.getTask(), work.getSeed());
    }

    @Override
    public void withdraw(long group) {
        told.add("withdraw " + group);
        playing.removeIf(work -> work.getLease().getGroupId() == group);
    }

    @Override
    public boolean step() {
        return false;
    }

    @Override
    public void opened(SessionOpened opened) {
        told.add("opened " + opened.getSession().getGroup());
        environments.step(opened.getSession(), "42");
    }

    @Override
    public void stepped(SessionStepped stepped) {
        told.add("stepped " + stepped.getSession().getGroup());
        for (Work work : List.copyOf(playing)) {
            if (key(work).equals(stepped.getSession())) {
                results.add(WorkResult.newBuilder()
                        .setLease(work.getLease())
                        .setGroup(Group.newBuilder()
                                .setId(work.getLease().getGroupId())
                                .addTrajectories(Trajectory.newBuilder()
                                        .setVerdict(
                                                stepped.getVerdict().toBuilder().setRule("x".repeat(padding)))))
                        .build());
                environments.close(key(work));
                playing.remove(work);
            }
        }
    }

    @Override
    public void groupJudged(GroupJudged judged) {
        told.add("judged " + judged.getSession().getGroup());
    }

    @Override
    public void lost(SessionKey session, String reason) {
        told.add("lost " + session.getGroup() + ": " + reason);
    }

    @Override
    public void failed(SessionKey session, String reason) {
        told.add("failed " + session.getGroup() + ": " + reason);
        overdue = List.of();
        for (Work work : List.copyOf(playing)) {
            if (key(work).equals(session)) {
                results.add(WorkResult.newBuilder()
                        .setLease(work.getLease())
                        .setFailure("environment-failed: " + reason)
                        .build());
                playing.remove(work);
            }
        }
    }

    @Override
    public List<WorkResult> takeResults() {
        List<WorkResult> taken = List.copyOf(results);
        results.clear();
        return taken;
    }

    @Override
    public void load(PolicyVersion policy) throws IOException {
        told.add("load " + policy.getVersion());
        if (unreadable) {
            throw new IOException("gone");
        }
    }

    @Override
    public int freeSlots() {
        return slots - playing.stream().mapToInt(Work::getGroupSize).sum();
    }

    @Override
    public long tokensSampled() {
        return 0;
    }

    @Override
    public List<SessionKey> overdue(Duration patience) {
        return overdue;
    }

    @Override
    public List<String> waiting() {
        return List.of();
    }

    @Override
    public void close() {
        told.add("close");
    }

    static SessionKey key(Work work) {
        return SessionKey.newBuilder()
                .setGroup(work.getLease().getGroupId())
                .setAttempt(work.getLease().getAttempt())
                .build();
    }
}
