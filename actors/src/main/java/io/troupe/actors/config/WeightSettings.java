package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.policy.Precision;

/**
 * The section {@code weights}: how versions of the policy come to those who sample.
 *
 * @param precision of the numbers in a version
 */
public record WeightSettings(Precision precision) {
    public WeightSettings {
        require(
                precision != Precision.FLOAT16,
                "precision",
                "float16",
                "expected float32 or bfloat16: weights may be larger than float16 can hold");
    }
}
