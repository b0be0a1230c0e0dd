package io.troupe.environments.mcp;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A tool server could not be started, died, was silent, or failed. A failure of the environment, never of the policy. */
public final class McpServerException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A failed server.
     *
     * @param message which server, and how
     * @param cause what was thrown, if anything
     */
    public McpServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
