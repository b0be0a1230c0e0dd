package io.troupe.environments.mcp;

import org.jspecify.annotations.Nullable;

/**
 * The server that the episodes of a process share: started when the first needs it, started again when the next needs it after it died, ended with the process.
 * Safe for any thread.
 */
final class McpServers {

    private final McpOptions options;
    private @Nullable McpConnection shared;
    private boolean hooked;

    McpServers(McpOptions options) {
        this.options = options;
    }

    McpOptions options() {
        return options;
    }

    /** The shared server's connection. */
    synchronized McpConnection shared() {
        McpConnection connection = shared;
        if (connection != null && connection.isAlive()) {
            return connection;
        }
        if (connection != null) {
            shared = null;
            connection.close();
        }
        connection = McpConnection.open(options);
        shared = connection;
        if (!hooked) {
            hooked = true;
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "mcp-shutdown"));
        }
        return connection;
    }

    private synchronized void close() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }
}
