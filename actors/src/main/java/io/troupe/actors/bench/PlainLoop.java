package io.troupe.actors.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The least that moves a file between processes, to compare with: the file's channel into a socket, and from the socket into one buffer, over and over. It
 * checks nothing and keeps nothing.
 */
final class PlainLoop {

    private static final int BUFFER = 1 << 20;

    private PlainLoop() {}

    /** A socket on this machine to accept on. */
    static ServerSocketChannel listening() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Sends a file to whoever connects first, and waits until it has closed. */
    static void send(ServerSocketChannel listening, Path file) throws IOException {
        try (SocketChannel to = listening.accept();
                FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = from.size();
            for (long at = 0; at < size; ) {
                at += from.transferTo(at, size - at, to);
            }
            to.shutdownOutput();
            if (to.read(ByteBuffer.allocate(1)) >= 0) {
                throw new IOException("a receiver answered what it was not asked");
            }
        }
    }

    /**
     * Receives so many bytes.
     *
     * @param into a file to write them to as they come; null to keep nothing
     */
    static void receive(int port, long size, @Nullable Path into) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try (SocketChannel from = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                FileChannel file = into == null ? null : created(into)) {
            long left = size;
            while (left > 0) {
                int read = from.read(buffer.clear());
                if (read < 0) {
                    throw new EOFException(left + " bytes of " + size + " did not come");
                }
                left -= read;
                buffer.flip();
                while (file != null && buffer.hasRemaining()) {
                    file.write(buffer);
                }
            }
        }
    }

    private static FileChannel created(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
