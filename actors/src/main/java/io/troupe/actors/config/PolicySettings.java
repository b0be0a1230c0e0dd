package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.policy.Arithmetic;
import io.troupe.policy.Attention;
import io.troupe.policy.Computation;

/**
 * The section {@code policy}.
 *
 * @param path {@value #EMBEDDED}, or a directory in Hugging Face's layout
 * @param precision in which numbers it is held and computed
 * @param attention how attention is computed
 */
public record PolicySettings(String path, Computation precision, Attention attention) {

    /** The path that stands for the policy inside Troupe. */
    public static final String EMBEDDED = "embedded";

    public PolicySettings {
        require(!path.isBlank(), "path", "\"\"", "expected \"embedded\" or a policy directory");
        require(
                precision == Computation.FLOAT32 || attention == Attention.FUSED,
                "precision",
                "bfloat16",
                "expected float32, for policy.attention = exact is to make sampler and learner agree to digits that bfloat16 has not");
    }

    /** How the policy is computed. */
    public Arithmetic arithmetic() {
        return new Arithmetic(precision, attention);
    }
}
