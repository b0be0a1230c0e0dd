package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import java.time.Duration;
import java.util.List;

/**
 * The section {@code cluster}: how this process takes part in a cluster.
 *
 * @param host host name or address
 * @param port port; 0 takes a free one
 * @param tls folder with the node's key and certificates; empty for no TLS
 * @param weightPort port from which weights are served; 0 takes a free one
 * @param roles what this process does besides learning
 * @param takeoverAfter how long a run folder must show no sign of life before another learner takes the run over
 */
public record ClusterSettings(
        String host, int port, String tls, int weightPort, List<String> roles, Duration takeoverAfter) {

    /** The role of the node that learns and coordinates. */
    public static final String LEARNER = "learner";

    /** The role of a node that samples. */
    public static final String ROLLOUT = "rollout";

    /** The role of a node that hosts environments. */
    public static final String VERIFIER = "verifier";

    /** All roles. */
    public static final List<String> ROLES = List.of(LEARNER, ROLLOUT, VERIFIER);

    public ClusterSettings {
        roles = List.copyOf(roles);
        require(!host.isBlank(), "host", "\"\"", "expected a host name or address");
        require(port >= 0 && port <= 65_535, "port", port, "expected 0 (any free port) to 65535");
        require(
                weightPort >= 0 && weightPort <= 65_535,
                "weight-port",
                weightPort,
                "expected 0 (any free port) to 65535");
        require(
                ROLES.containsAll(roles) && !roles.isEmpty(),
                "roles",
                roles,
                "expected one or more of " + String.join(", ", ROLES));
        require(
                takeoverAfter.toMillis() >= 1000,
                "takeover-after",
                takeoverAfter.toMillis() + "ms",
                "expected at least 1s: a disk may be slow");
    }

    /** Of this machine alone, at any port. */
    public static ClusterSettings loopback() {
        return at("127.0.0.1", 0, "");
    }

    /** At an address, with every role. */
    public static ClusterSettings at(String host, int port, String tls) {
        return new ClusterSettings(host, port, tls, 0, ROLES, Duration.ofSeconds(10));
    }

    /** Whether this process has a role. */
    public boolean has(String role) {
        return roles.contains(role);
    }
}
