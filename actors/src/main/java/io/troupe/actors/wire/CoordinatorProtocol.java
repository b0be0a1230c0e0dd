package io.troupe.actors.wire;

import io.troupe.proto.v1.Delivery;
import io.troupe.proto.v1.Demand;
import org.apache.pekko.actor.typed.ActorRef;

/** What the coordinator is told by rollout workers. */
public interface CoordinatorProtocol {

    /** Why a lease ends without a group when its worker hands it back to leave in order. */
    String LEAVING = "worker-leaving";

    /** Everything that the coordinator understands. */
    interface Command {}

    /** What may come from another node. */
    sealed interface Remote extends Command, WireMessage {}

    /** A worker says what it holds and how much more it can take. Answered by {@link WorkerProtocol.WorkGranted}. */
    record WorkWanted(Demand demand, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}

    /** A worker brings what became of a lease. Answered by {@link WorkerProtocol.DeliveryAcknowledged}. */
    record WorkDelivered(Delivery delivery, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}
}
