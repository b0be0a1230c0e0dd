package io.troupe.actors.config;

import org.jspecify.annotations.Nullable;

/**
 * The section {@code run}.
 *
 * @param dir the run folder; null for a new one under {@code runs/}
 * @param seed the seed of all randomness
 * @param deterministic the same seed gives the same weights, bit for bit
 * @param checkMemory whether a run that cannot fit into memory is refused
 */
public record RunSettings(@Nullable String dir, long seed, boolean deterministic, boolean checkMemory) {
    public RunSettings {
        SettingsException.require(
                dir == null || !dir.isBlank(), "dir", "\"\"", "expected a folder, or null for a new one");
    }
}
