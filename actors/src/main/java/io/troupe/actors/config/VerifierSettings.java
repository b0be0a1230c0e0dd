package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code verifier}: how environments are hosted.
 *
 * @param workers environment hosts in this process
 * @param stepTimeout how long an environment may take for an answer before its host is replaced
 * @param retries how often a trajectory whose environment failed is tried again
 * @param plugins a folder of jars with further task families, or null
 * @param isolation where the code of these jars runs
 * @param limits what it may use there
 */
public record VerifierSettings(
        int workers,
        Duration stepTimeout,
        int retries,
        @Nullable String plugins,
        Isolation isolation,
        IsolationSettings limits) {
    public VerifierSettings {
        require(workers >= 1, "workers", workers, "expected at least 1");
        require(stepTimeout.toMillis() > 0, "step-timeout", stepTimeout.toMillis() + "ms", "expected more than 0");
        require(retries >= 0, "retries", retries, "expected 0 or more");
        require(
                plugins == null
                        || isolation == Isolation.NONE
                        || limits.stepTime().compareTo(stepTimeout) < 0,
                "limits.step-time",
                limits.stepTime().toMillis() + "ms",
                "expected less than verifier.step-timeout = " + stepTimeout.toMillis()
                        + "ms, so that a call that is too long is stopped and named before its host is replaced");
    }
}
