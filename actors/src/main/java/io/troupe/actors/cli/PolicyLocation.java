package io.troupe.actors.cli;

import io.troupe.actors.config.PolicySettings;
import io.troupe.policy.EmbeddedPolicy;
import java.nio.file.Path;

/** Where a policy is that a user named: the embedded one, or a directory. */
final class PolicyLocation {

    private PolicyLocation() {}

    static Path of(String name) {
        return name.equals(PolicySettings.EMBEDDED) ? EmbeddedPolicy.directory() : Path.of(name);
    }
}
