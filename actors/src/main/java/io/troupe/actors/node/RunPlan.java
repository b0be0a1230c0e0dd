package io.troupe.actors.node;

import io.troupe.actors.config.TroupeSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One training run to be executed. Immutable.
 *
 * @param settings what to do; {@code run.dir} and {@code policy.path} are resolved into the two paths below and not looked at
 * @param directory the run folder; made if it is missing
 * @param policy the policy directory to start from
 * @param resume go on from the latest checkpoint of the folder; without it the folder must hold no earlier run
 * @param takesOver the lease of the folder, as a {@link StandbyRun} found it free: go on with the run although another process may still hold the folder
 * @param configuration the resolved configuration as text; written to {@code config.conf} once the folder is locked
 */
public record RunPlan(
        TroupeSettings settings,
        Path directory,
        Path policy,
        boolean resume,
        Optional<Vacancy> takesOver,
        String configuration) {

    /** One that takes nothing over. */
    public RunPlan(TroupeSettings settings, Path directory, Path policy, boolean resume, String configuration) {
        this(settings, directory, policy, resume, Optional.empty(), configuration);
    }
}
