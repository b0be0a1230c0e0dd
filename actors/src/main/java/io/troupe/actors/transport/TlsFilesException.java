package io.troupe.actors.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The key or a certificate of a node cannot be used. The message names the file and says what is wrong with it and what to do. */
public final class TlsFilesException extends IOException {

    private static final long serialVersionUID = 1;

    /** @param cause what lies below, or null */
    public TlsFilesException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
