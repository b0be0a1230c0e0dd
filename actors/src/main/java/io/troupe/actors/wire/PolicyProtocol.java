package io.troupe.actors.wire;

import io.troupe.proto.v1.Loaded;
import io.troupe.proto.v1.Subscription;
import org.apache.pekko.actor.typed.ActorRef;

/** What the policy server is told by rollout workers. */
public interface PolicyProtocol {

    /** Everything that the policy server understands. */
    interface Command {}

    /** What may come from another node. */
    sealed interface Remote extends Command, WireMessage {}

    /** A worker wants the current version and all that follow, as {@link WorkerProtocol.PolicyAnnounced}. */
    record PolicyWanted(Subscription subscription, ActorRef<WorkerProtocol.Command> replyTo) implements Remote {}

    /** A worker samples with a version and needs no earlier one. */
    record PolicyLoaded(Loaded loaded) implements Remote {}
}
