package io.troupe.actors.weights;

import com.google.protobuf.MessageLite;
import io.troupe.proto.v1.RefusalKind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Messages on a link: "TRPW", the protocol's version in two bytes, the length in four, and the bytes. */
final class Frames {

    /** The protocol that this code speaks. */
    static final short PROTOCOL = 1;

    /** No request needs more. */
    static final int MAX_REQUEST = 4 << 10;

    /** The digests of a terabyte's chunks. */
    static final int MAX_REPLY = 16 << 20;

    private static final int MAGIC = 0x54525057;
    private static final int HEAD = 10;

    private Frames() {}

    static void write(Link link, MessageLite message) throws IOException {
        byte[] bytes = message.toByteArray();
        ByteBuffer frame = ByteBuffer.allocate(HEAD + bytes.length);
        frame.putInt(MAGIC).putShort(PROTOCOL).putInt(bytes.length).put(bytes);
        link.write(frame.flip());
    }

    /**
     * Reads a message's bytes.
     *
     * @param limit more than this is refused before it is allocated
     * @return null if the other end closed before the first byte
     */
    static byte @Nullable [] read(Link link, int limit) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        int first = link.read(head);
        if (first < 0) {
            return null;
        }
        fill(link, head);
        int magic = head.flip().getInt();
        if (magic != MAGIC) {
            throw new FrameException(
                    RefusalKind.REFUSAL_KIND_MALFORMED,
                    "these bytes are not the beginning of a message to a weight server");
        }
        short protocol = head.getShort();
        if (protocol != PROTOCOL) {
            throw new FrameException(
                    RefusalKind.REFUSAL_KIND_PROTOCOL,
                    "protocol " + protocol + " is not spoken here, but " + PROTOCOL
                            + "; run the same version of Troupe on all nodes");
        }
        int length = head.getInt();
        if (length < 0 || length > limit) {
            throw new FrameException(
                    RefusalKind.REFUSAL_KIND_MALFORMED,
                    "a message of " + Integer.toUnsignedString(length) + " bytes is longer than the " + limit
                            + " allowed");
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        fill(link, body);
        return body.array();
    }

    private static void fill(Link link, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (link.read(buffer) < 0) {
                throw new EOFException("the connection ended within a message");
            }
        }
    }

    /** Bytes that are no message of this protocol. */
    static final class FrameException extends IOException {
        private final RefusalKind kind;

        FrameException(RefusalKind kind, String message) {
            super(message);
            this.kind = kind;
        }

        RefusalKind kind() {
            return kind;
        }
    }
}
