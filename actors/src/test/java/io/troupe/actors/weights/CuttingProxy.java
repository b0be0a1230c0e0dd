package io.troupe.actors.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes connections on to a server, and breaks the first one off after so many bytes of answers. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final Endpoint server;
    private long left;

    CuttingProxy(Endpoint server, long bytes) throws IOException {
        this.server = server;
        left = bytes;
        listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    static Socket connect(Endpoint to) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), to.port());
    }

    Endpoint address() {
        return new Endpoint("127.0.0.1", listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                Socket far = connect(server);
                start(() -> pass(near, far, false));
                start(() -> pass(far, near, true));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answers && left > 0) {
                    left -= read;
                    if (left <= 0) {
                        return;
                    }
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            return; // either end has closed: so does the other
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
