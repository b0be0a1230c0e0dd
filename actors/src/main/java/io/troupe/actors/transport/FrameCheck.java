package io.troupe.actors.transport;

import java.nio.ByteBuffer;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Watches the bytes that come in on one connection for actor messages, before Pekko collects them: it waits for as many bytes as a frame declares, however
 * many these are, and a negative length makes it read the same four bytes for ever. A connection starts with "AKKA" and the number of its stream; then come
 * frames, each with its length in four bytes, the lowest first, and a header that begins with the version 0. The first byte that can't belong to that ends the
 * connection. Nothing is kept but a position. Not thread-safe.
 */
final class FrameCheck implements IncomingCheck {

    private static final int MAGIC = 0x414b4b41; // AKKA

    /** Control messages and ordinary ones; Troupe has no destinations for large ones. */
    private static final int LAST_STREAM = 2;

    /** Pekko's header without the names of sender, recipient and type. */
    private static final int LEAST_FRAME = 28;

    private static final byte HEADER_VERSION = 0;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_MAJOR = 0x03;

    private enum Next {
        MAGIC,
        STREAM,
        LENGTH,
        VERSION,
        BODY
    }

    private final int maxFrameBytes;
    private Next next = Next.MAGIC;
    private int collected;
    private int collectedBytes;
    private int bodyLeft;

    /** @param maxFrameBytes longer frames are refused: Pekko's {@code maximum-frame-size} */
    FrameCheck(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public void accept(ByteBuffer bytes, int from, int to) throws SSLException {
        int at = from;
        while (at < to) {
            if (next == Next.BODY) {
                int skipped = Math.min(bodyLeft, to - at);
                at += skipped;
                bodyLeft -= skipped;
                if (bodyLeft == 0) {
                    next = Next.LENGTH;
                }
            } else {
                accept(bytes.get(at));
                at++;
            }
        }
    }

    private void accept(byte value) throws SSLException {
        switch (next) {
            case MAGIC -> magic(value);
            case STREAM -> stream(value);
            case LENGTH -> length(value);
            case VERSION -> version(value);
            case BODY -> throw new IllegalStateException("a frame's body is not looked at byte by byte");
        }
    }

    private void magic(byte value) throws SSLException {
        int unsigned = value & 0xff;
        if (collectedBytes == 1 && collected == TLS_HANDSHAKE && unsigned == TLS_MAJOR) {
            throw new SSLException(
                    "the other end speaks TLS and this node does not; set cluster.tls on all nodes, or on none");
        }
        boolean expected = unsigned == (MAGIC >>> (24 - 8 * collectedBytes) & 0xff);
        boolean maybeTls = collectedBytes == 0 && unsigned == TLS_HANDSHAKE;
        if ((!expected && !maybeTls) || (collectedBytes == 1 && collected == TLS_HANDSHAKE)) {
            throw new SSLException("these bytes do not come from a node of Troupe");
        }
        collect(value);
        if (collectedBytes == 4) {
            begin(Next.STREAM);
        }
    }

    private void stream(byte value) throws SSLException {
        if (value < 1 || value > LAST_STREAM) {
            throw new SSLException("there is no stream " + value + " between nodes of Troupe");
        }
        begin(Next.LENGTH);
    }

    private void length(byte value) throws SSLException {
        collect(value);
        if (collectedBytes < 4) {
            return;
        }
        int length = Integer.reverseBytes(collected);
        if (length < LEAST_FRAME || length > maxFrameBytes) {
            throw new SSLException(String.format(
                    Locale.ROOT,
                    "a frame of %d bytes was announced; %d to %d are allowed",
                    Integer.toUnsignedLong(length),
                    LEAST_FRAME,
                    maxFrameBytes));
        }
        bodyLeft = length - 1;
        begin(Next.VERSION);
    }

    private void version(byte value) throws SSLException {
        if (value != HEADER_VERSION) {
            throw new SSLException("a frame's header has version " + value + ", not " + HEADER_VERSION);
        }
        begin(Next.BODY);
    }

    private void collect(byte value) {
        collected = (collected << 8) | (value & 0xff);
        collectedBytes++;
    }

    private void begin(Next what) {
        next = what;
        collected = 0;
        collectedBytes = 0;
    }
}
