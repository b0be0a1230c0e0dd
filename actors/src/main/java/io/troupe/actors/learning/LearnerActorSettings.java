package io.troupe.actors.learning;

import io.troupe.policy.ComputeDevice;
import io.troupe.policy.Precision;
import io.troupe.proto.v1.RunStamp;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the learner's actor goes by.
 *
 * @param stamp the run and its epoch
 * @param seed the run's seed, for the checkpoints
 * @param steps the version at which training ends
 * @param checkpointEvery updates between checkpoints
 * @param timeLimit training ends after this much time of this process; null for no limit
 * @param device where the policy is trained
 * @param precision of the numbers in what is published
 * @param policies the folder that versions are published in
 * @param trajectories the folder of the trajectory log
 */
public record LearnerActorSettings(
        RunStamp stamp,
        long seed,
        long steps,
        int checkpointEvery,
        @Nullable Duration timeLimit,
        ComputeDevice device,
        Precision precision,
        Path policies,
        Path trajectories) {}
