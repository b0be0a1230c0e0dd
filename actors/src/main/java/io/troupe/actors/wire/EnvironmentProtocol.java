package io.troupe.actors.wire;

import io.troupe.proto.v1.CloseSession;
import io.troupe.proto.v1.JudgeGroup;
import io.troupe.proto.v1.OpenSession;
import io.troupe.proto.v1.OverdueSession;
import io.troupe.proto.v1.StepSession;
import io.troupe.proto.v1.TruncateSession;
import org.apache.pekko.actor.typed.ActorRef;

/** What the environment hosts are told by rollout workers. */
public interface EnvironmentProtocol {

    /** Everything that the hosts understand. */
    interface Command {}

    /** What may come from another node. */
    sealed interface Remote extends Command, WireMessage {}

    /** Open an environment. Answered by {@link WorkerProtocol.EnvironmentOpened} or {@link WorkerProtocol.EnvironmentFailed}. */
    record Open(OpenSession open, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}

    /** Take the policy's turn. Answered by {@link WorkerProtocol.EnvironmentStepped} or {@link WorkerProtocol.EnvironmentFailed}. */
    record Step(StepSession step, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}

    /** Judge what there is. Answered like a step, always with a verdict. */
    record Truncate(TruncateSession truncate, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}

    /** Judge a whole group. Answered by {@link WorkerProtocol.WholeGroupJudged} or {@link WorkerProtocol.EnvironmentFailed}. */
    record Judge(JudgeGroup judge, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}

    /** Release the environment. Not answered. */
    record Close(CloseSession close) implements Remote {}

    /** An answer is overdue: stop and replace the host. Its other sessions are failed. Not answered. */
    record Overdue(OverdueSession overdue) implements Remote {}
}
