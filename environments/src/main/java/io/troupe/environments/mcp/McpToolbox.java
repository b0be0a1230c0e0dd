package io.troupe.environments.mcp;

import io.troupe.verifier.Task;
import io.troupe.verifier.tool.Tool;
import io.troupe.verifier.tool.ToolResult;
import io.troupe.verifier.tool.ToolSpec;
import io.troupe.verifier.tool.Toolbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tools of a server: the shared one, or one of the episode's own. Used by one thread at a time. */
final class McpToolbox implements Toolbox {

    private final McpServers servers;
    private @Nullable McpConnection own;

    McpToolbox(McpServers servers) {
        this.servers = servers;
    }

    @Override
    public List<Tool> tools(Task task, long seed) {
        close();
        McpConnection connection;
        if (servers.options().freshServer()) {
            connection = McpConnection.open(servers.options());
            own = connection;
        } else {
            connection = servers.shared();
        }
        return connection.tools().stream()
                .<Tool>map(spec -> new Remote(spec, connection))
                .toList();
    }

    @Override
    public void close() {
        McpConnection connection = own;
        own = null;
        if (connection != null) {
            connection.close();
        }
    }

    /** A tool on the other side of a connection. */
    private record Remote(ToolSpec spec, McpConnection connection) implements Tool {
        @Override
        public ToolResult call(Map<String, @Nullable Object> arguments, Duration deadline) {
            return connection.call(spec.name(), arguments, deadline);
        }
    }
}
