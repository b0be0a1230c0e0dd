package io.troupe.actors.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A link that is a socket: files go from the page cache into it without passing through this process. */
final class PlainLink extends Link {

    private static final Logger LOG = LoggerFactory.getLogger(PlainLink.class);

    private final SocketChannel channel;

    PlainLink(SocketChannel channel, String peer) {
        super(peer);
        this.channel = channel;
    }

    @Override
    int read(ByteBuffer buffer) throws IOException {
        return channel.read(buffer);
    }

    @Override
    void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    long send(FileChannel file, long offset, long length) throws IOException {
        long sent = file.transferTo(offset, length, channel);
        if (sent <= 0) {
            throw new EOFException(
                    "the file ends at " + offset + ", before the " + length + " bytes that were to follow");
        }
        return sent;
    }

    @Override
    void finish() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    void cut() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection to {} failed", peer(), e);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
