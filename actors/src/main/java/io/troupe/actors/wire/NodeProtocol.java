package io.troupe.actors.wire;

import io.troupe.proto.v1.ClusterStatus;
import io.troupe.proto.v1.NodeHello;
import io.troupe.proto.v1.NodeRefusal;
import io.troupe.proto.v1.NodeWelcome;
import io.troupe.proto.v1.RunEnded;
import io.troupe.proto.v1.StatusRequest;
import org.apache.pekko.actor.typed.ActorRef;

/** What nodes say to each other before one comes into the other's cluster. */
public interface NodeProtocol {

    /** Everything that either side understands. */
    interface Command {}

    /** What may come from another node. */
    sealed interface Remote extends Command, WireMessage {}

    /** A node asks to come in. Answered by {@link Welcomed} or {@link Refused}. */
    record Hello(NodeHello hello, ActorRef<NodeProtocol.Command> replyTo) implements Remote {}

    /** It may come in. */
    record Welcomed(NodeWelcome welcome) implements Remote {}

    /** It may not. */
    record Refused(NodeRefusal refusal) implements Remote {}

    /** The run goes on no more. */
    record RunOver(RunEnded ended) implements Remote {}

    /** Someone asks how the run stands. Answered by {@link Status}. */
    record StatusWanted(StatusRequest request, ActorRef<NodeProtocol.Command> replyTo) implements Remote {}

    /** How the run stands. */
    record Status(ClusterStatus status) implements Remote {}
}
