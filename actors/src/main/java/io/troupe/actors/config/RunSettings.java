package io.troupe.actors.config;

import org.jspecify.annotations.Nullable;

/**
 * The section {@code run}.
 *
 * @param dir the run folder; null for a new one under {@code runs/}
 * @param seed the seed of all randomness
 * @param deterministic the same seed gives the same weights, bit for bit
 */
public record RunSettings(@Nullable String dir, long seed, boolean deterministic) {
    public RunSettings {
        SettingsException.require(
                dir == null || !dir.isBlank(), "dir", "\"\"", "expected a folder, or null for a new one");
    }
}
