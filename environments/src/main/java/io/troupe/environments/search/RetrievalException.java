package io.troupe.environments.search;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A search failed: the index could not be read, or the server did not answer as it should. A failure of the environment, never of the policy. */
public final class RetrievalException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * A failed search.
     *
     * @param message where and how
     * @param cause what was thrown, if anything
     */
    public RetrievalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
