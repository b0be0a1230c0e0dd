package io.troupe.actors.weights;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A link through TLS: what is sent is copied and encrypted on the way. */
final class TlsLink extends Link {

    private static final Logger LOG = LoggerFactory.getLogger(TlsLink.class);
    private static final int BUFFER = 1 << 17;

    private final Socket raw;
    private final SSLSocket secured;
    private final byte[] buffer = new byte[BUFFER];

    /**
     * @param raw what lies under {@code secured}; closed to cut the link, for closing a TLS socket waits for writers
     * @param secured client or server, its handshake not begun
     */
    TlsLink(Socket raw, SSLSocket secured, String peer) {
        super(peer);
        this.raw = raw;
        this.secured = secured;
    }

    /** Shows certificates and checks the other's. */
    void handshake() throws IOException {
        secured.startHandshake();
    }

    @Override
    int read(ByteBuffer into) throws IOException {
        int read = secured.getInputStream().read(buffer, 0, Math.min(buffer.length, into.remaining()));
        if (read > 0) {
            into.put(buffer, 0, read);
        }
        return read;
    }

    @Override
    void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            int length = Math.min(buffer.length, from.remaining());
            from.get(buffer, 0, length);
            secured.getOutputStream().write(buffer, 0, length);
        }
    }

    @Override
    long send(FileChannel file, long offset, long length) throws IOException {
        int read = file.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, length)), offset);
        if (read <= 0) {
            throw new EOFException(
                    "the file ends at " + offset + ", before the " + length + " bytes that were to follow");
        }
        secured.getOutputStream().write(buffer, 0, read);
        return read;
    }

    @Override
    void finish() throws IOException {
        secured.shutdownOutput();
    }

    @Override
    void cut() {
        try {
            raw.close();
        } catch (IOException e) {
            LOG.debug("closing a connection to {} failed", peer(), e);
        }
    }

    @Override
    public void close() {
        try {
            secured.close();
        } catch (IOException e) {
            LOG.debug("closing a connection to {} failed", peer(), e);
        } finally {
            cut();
        }
    }
}
