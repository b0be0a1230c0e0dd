package io.troupe.verifier.openenv;

import java.io.Serial;

/** A server failed, did not answer in time, or does not speak the protocol. The episode is not rewarded. The message names address and cause. */
public final class OpenEnvException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    OpenEnvException(String message) {
        super(message);
    }

    OpenEnvException(String message, Throwable cause) {
        super(message, cause);
    }
}
