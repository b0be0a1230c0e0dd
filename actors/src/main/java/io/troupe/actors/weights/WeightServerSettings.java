package io.troupe.actors.weights;

import java.time.Duration;

/**
 * What a weight server goes by.
 *
 * @param host the host name or address to listen on
 * @param port the port; 0 takes a free one
 * @param advertisedHost under which name others reach it
 * @param connections the most connections at a time, a thread each; more are turned away
 * @param transfers the most files that are sent at a time; who asks for one more is told who else has it
 * @param requestTimeout by when a request must be there whole, and a handshake done
 * @param idleTimeout how long a transfer may stand still
 */
public record WeightServerSettings(
        String host,
        int port,
        String advertisedHost,
        int connections,
        int transfers,
        Duration requestTimeout,
        Duration idleTimeout) {
    public WeightServerSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not within 0 and 65535");
        }
        if (connections < 1 || transfers < 1) {
            throw new IllegalArgumentException(
                    "connections " + connections + " and transfers " + transfers + " must be at least 1");
        }
    }

    /** On a host, with what suits a node. */
    public static WeightServerSettings on(String host, int port) {
        return new WeightServerSettings(host, port, host, 32, 4, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }
}
