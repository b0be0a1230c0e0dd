package io.troupe.actors.config;

import io.troupe.policy.Attention;

/**
 * The section {@code policy}.
 *
 * @param path {@value #EMBEDDED}, or a directory in Hugging Face's layout
 * @param attention how attention is computed
 */
public record PolicySettings(String path, Attention attention) {

    /** The path that stands for the policy inside Troupe. */
    public static final String EMBEDDED = "embedded";

    public PolicySettings {
        SettingsException.require(!path.isBlank(), "path", "\"\"", "expected \"embedded\" or a policy directory");
    }
}
