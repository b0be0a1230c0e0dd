package io.troupe.actors.transport;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/** Looks at what comes in on one connection. */
@FunctionalInterface
interface IncomingCheck {

    /**
     * Looks at the bytes that came next on the connection.
     *
     * @param bytes looked at from {@code from} to {@code to}; neither moved nor changed
     * @throws SSLException if they can't come from a node; the connection must be closed
     */
    void accept(ByteBuffer bytes, int from, int to) throws SSLException;
}
