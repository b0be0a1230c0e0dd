package io.troupe.actors.wire;

import io.troupe.proto.v1.Acknowledgement;
import io.troupe.proto.v1.Announcement;
import io.troupe.proto.v1.Grant;
import io.troupe.proto.v1.GroupJudged;
import io.troupe.proto.v1.SessionFailed;
import io.troupe.proto.v1.SessionOpened;
import io.troupe.proto.v1.SessionStepped;
import io.troupe.proto.v1.Withdrawal;

/** What a rollout worker is told by the coordinator, the policy server and the environment hosts. */
public interface WorkerProtocol {

    /** Everything that a rollout worker understands. */
    interface Command {}

    /** What may come from another node. */
    sealed interface Remote extends Command, WireMessage {}

    /** Groups to sample. */
    record WorkGranted(Grant grant) implements Remote {}

    /** A delivery has arrived. */
    record DeliveryAcknowledged(Acknowledgement acknowledgement) implements Remote {}

    /** A lease is lost. */
    record LeaseWithdrawn(Withdrawal withdrawal) implements Remote {}

    /** A policy version is there. */
    record PolicyAnnounced(Announcement announcement) implements Remote {}

    /** An environment is open. */
    record EnvironmentOpened(SessionOpened opened) implements Remote {}

    /** An environment answered an action or judged an episode. */
    record EnvironmentStepped(SessionStepped stepped) implements Remote {}

    /** The family judged a whole group. */
    record WholeGroupJudged(GroupJudged judged) implements Remote {}

    /** An environment failed. */
    record EnvironmentFailed(SessionFailed failed) implements Remote {}
}
