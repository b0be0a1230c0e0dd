package io.troupe.actors.worker;

import io.troupe.actors.wire.EnvironmentProtocol;
import io.troupe.actors.wire.WorkerProtocol;
import io.troupe.proto.v1.CloseSession;
import io.troupe.proto.v1.JudgeGroup;
import io.troupe.proto.v1.OpenSession;
import io.troupe.proto.v1.SessionKey;
import io.troupe.proto.v1.StepSession;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.TruncateSession;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.wire.VerifierProtos;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Asks the environment hosts; they answer to the worker. */
record HostedEnvironments(ActorRef<EnvironmentProtocol.Command> hosts, ActorRef<WorkerProtocol.Command> worker)
        implements EnvironmentPort {

    @Override
    public void open(SessionKey session, Task task, long seed) {
        hosts.tell(new EnvironmentProtocol.Open(
                OpenSession.newBuilder()
                        .setSession(session)
                        .setTask(task)
                        .setSeed(seed)
                        .build(),
                worker));
    }

    @Override
    public void step(SessionKey session, String action) {
        hosts.tell(new EnvironmentProtocol.Step(
                StepSession.newBuilder().setSession(session).setAction(action).build(), worker));
    }

    @Override
    public void truncate(SessionKey session, String reason) {
        hosts.tell(new EnvironmentProtocol.Truncate(
                TruncateSession.newBuilder()
                        .setSession(session)
                        .setReason(reason)
                        .build(),
                worker));
    }

    @Override
    public void judgeGroup(SessionKey judgement, Task task, List<GroupMember> members) {
        var request = JudgeGroup.newBuilder().setSession(judgement).setTask(task);
        members.forEach(member -> request.addMembers(VerifierProtos.toProto(member)));
        hosts.tell(new EnvironmentProtocol.Judge(request.build(), worker));
    }

    @Override
    public void close(SessionKey session) {
        hosts.tell(new EnvironmentProtocol.Close(
                CloseSession.newBuilder().setSession(session).build()));
    }
}
