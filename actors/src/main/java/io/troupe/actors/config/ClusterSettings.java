package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

/**
 * The section {@code cluster}: where this process listens.
 *
 * @param host host name or address
 * @param port port; 0 takes a free one
 * @param tls folder with the node's key and certificates; empty for no TLS
 */
public record ClusterSettings(String host, int port, String tls) {
    public ClusterSettings {
        require(!host.isBlank(), "host", "\"\"", "expected a host name or address");
        require(port >= 0 && port <= 65_535, "port", port, "expected 0 (any free port) to 65535");
    }
}
