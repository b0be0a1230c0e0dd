package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Drafting;
import io.troupe.proto.v1.RunStamp;
import io.troupe.proto.v1.Sampling;
import java.time.Duration;

/**
 * What a coordinator goes by.
 *
 * @param stamp the run and its epoch; messages of others are ghosts
 * @param gate how far sampling may run ahead
 * @param consecutive whether a batch must be the oldest groups in flight, complete or not; see {@link Ledger#hand}
 * @param rounds in how many rounds a batch may be sampled: until {@code (rounds − 1) · B} were, groups whose rewards are all equal are discarded and others
 *     sampled in their place; 1 keeps them
 * @param steps the version at which training ends: no group is admitted that could only be trained later
 * @param groupSize trajectories a group
 * @param sampling how groups are sampled for training
 * @param drafting what is sampled before each group for training
 * @param leaseTimeout how long a lease lives without a sign of progress of its worker
 * @param maxAttempts leases of a group before it is discarded
 * @param patience how long nothing may move before the coordinator says what it waits for
 */
public record CoordinatorSettings(
        RunStamp stamp,
        StalenessGate gate,
        boolean consecutive,
        int rounds,
        long steps,
        int groupSize,
        Sampling sampling,
        Drafting drafting,
        Duration leaseTimeout,
        int maxAttempts,
        Duration patience) {}
