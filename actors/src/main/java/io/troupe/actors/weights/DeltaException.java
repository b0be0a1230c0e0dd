package io.troupe.actors.weights;

import java.io.IOException;

/** A delta cannot be applied; the message says why. The whole file has to be fetched instead. */
final class DeltaException extends IOException {
    DeltaException(String message) {
        super(message);
    }

    DeltaException(String message, Throwable cause) {
        super(message, cause);
    }
}
