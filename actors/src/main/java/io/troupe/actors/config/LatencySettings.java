package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import java.time.Duration;

/**
 * The section {@code debug.environment-latency}: answers of environments that are held back.
 *
 * @param median half of the answers are held back for longer; 0 for none
 * @param sigma the standard deviation of the latency's logarithm
 * @param seed of the latencies
 */
public record LatencySettings(Duration median, double sigma, long seed) {
    public LatencySettings {
        require(!median.isNegative(), "median", median.toMillis() + "ms", "expected 0ms or more");
        require(sigma >= 0 && sigma <= 3, "sigma", sigma, "expected a number in [0, 3]");
    }
}
