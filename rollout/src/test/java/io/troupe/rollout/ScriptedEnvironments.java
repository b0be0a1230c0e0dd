package io.troupe.rollout;

import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Task;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Environments that open at once and do in a step what the test says. */
final class ScriptedEnvironments implements Environments {
    final List<SessionId> opened = new ArrayList<>();
    final List<SessionId> closed = new ArrayList<>();
    RolloutLoop loop;
    List<String> tools = List.of();
    Consumer<SessionId> onStep;
    BiConsumer<SessionId, List<GroupMember>> onJudge;
    int steps;

    @Override
    public void open(SessionId session, Task task, long seed) {
        opened.add(session);
        loop.opened(
                session,
                List.of(ChatMessage.newBuilder()
                        .setRole("user")
                        .setContent("What is 1+2?")
                        .build()),
                tools,
                onJudge != null);
    }

    @Override
    public void judgeGroup(SessionId judgement, Task task, List<GroupMember> members) {
        onJudge.accept(judgement, members);
    }

    @Override
    public void step(SessionId session, String action) {
        steps++;
        onStep.accept(session);
    }

    @Override
    public void truncate(SessionId session, String reason) {
        loop.stepped(session, new StepResult.Done(verdict(0)));
    }

    @Override
    public void close(SessionId session) {
        closed.add(session);
    }

    /** A verdict with a reward, right if there is any. */
    static Verdict verdict(double reward) {
        return Verdict.of(
                reward > 0 ? Outcome.CORRECT : Outcome.WRONG,
                List.of(new RewardComponent("answer", reward)),
                "x",
                "scripted");
    }
}
