package io.troupe.actors.node;

import io.troupe.actors.worker.EnvironmentPort;
import io.troupe.actors.worker.GroupSampler;
import io.troupe.actors.worker.PolicyMirror;
import io.troupe.verifier.TaskFamilies;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a node works with for one incarnation of a run.
 *
 * @param roles the run's configuration, and its stamp
 * @param families the task families
 * @param hosts whether the node hosts environments
 * @param sampling what it samples with; null if it does not
 */
record Equipment(
        Roles roles,
        TaskFamilies families,
        boolean hosts,
        @Nullable Sampling sampling) {

    /**
     * What a node samples with.
     *
     * @param sampler makes a worker's sampler
     * @param fetch brings versions of the policy
     */
    record Sampling(Function<EnvironmentPort, GroupSampler> sampler, PolicyMirror.Fetch fetch) {}
}
