package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

/**
 * The section {@code debug}: checks that cost time.
 *
 * @param checkLogprobs hold the sampler's and the learner's log-probabilities of the same tokens against each other
 * @param logprobTolerance by how much they may differ
 * @param environmentLatency answers of environments that are held back, as if they asked others
 */
public record DebugSettings(boolean checkLogprobs, double logprobTolerance, LatencySettings environmentLatency) {
    public DebugSettings {
        require(logprobTolerance > 0, "logprob-tolerance", logprobTolerance, "expected a number > 0");
    }
}
