package io.troupe.verifier.isolation;

import com.google.protobuf.MessageLite;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Messages on a stream, each after its length in four bytes. A length is checked before anything of that size is allocated. */
final class Frames {

    private Frames() {}

    /** A message that is longer than may be. */
    static final class TooLongException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        TooLongException(int length, int limit) {
            super("a message of " + Integer.toUnsignedString(length) + " bytes, at most " + limit + " may be sent");
        }
    }

    /** Writes a message in one go and flushes. */
    static void write(OutputStream out, MessageLite message) throws IOException {
        byte[] body = message.toByteArray();
        byte[] frame = ByteBuffer.allocate(Integer.BYTES + body.length)
                .putInt(body.length)
                .put(body)
                .array();
        out.write(frame);
        out.flush();
    }

    /**
     * Reads a message's bytes.
     *
     * @return the bytes; null at the end of the stream
     * @throws TooLongException if the length is over the limit; the stream is then of no more use
     * @throws EOFException if the stream ends within a message
     */
    static byte @Nullable [] read(InputStream in, int limit) throws IOException {
        byte[] head = in.readNBytes(Integer.BYTES);
        if (head.length == 0) {
            return null;
        }
        if (head.length < Integer.BYTES) {
            throw new EOFException("the stream ended within a length");
        }
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 0 || length > limit) {
            throw new TooLongException(length, limit);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the stream ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }
}
