package io.troupe.actors.weights;

import java.io.IOException;

/** A link was cut because what it waited for did not come in time; the message names it. */
final class LinkTimeoutException extends IOException {
    LinkTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
