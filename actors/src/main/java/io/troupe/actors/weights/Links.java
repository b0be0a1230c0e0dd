package io.troupe.actors.weights;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Makes links. */
final class Links {

    private Links() {}

    /** The server's end of a connection. With TLS the other end must show a certificate; the handshake is left to {@link TlsLink#handshake}. */
    static Link accepted(SocketChannel channel, @Nullable SSLContext tls) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        String peer = String.valueOf(channel.getRemoteAddress());
        if (tls == null) {
            return new PlainLink(channel, peer);
        }
        Socket raw = channel.socket();
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, true);
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(true);
        return new TlsLink(raw, secured, peer);
    }

    /** The fetcher's end of a new connection. With TLS the server's certificate must be for the host that is asked. */
    static Link connect(Endpoint to, @Nullable SSLContext tls, Duration timeout) throws IOException {
        InetSocketAddress address = to.resolved();
        if (address.isUnresolved()) {
            throw new IOException("the host " + to.host() + " is not known here");
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(address, Math.toIntExact(timeout.toMillis()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (tls == null) {
                return new PlainLink(channel, to.toString());
            }
            Socket raw = channel.socket();
            SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(raw, to.host(), to.port(), true);
            secured.setUseClientMode(true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            return new TlsLink(raw, secured, to.toString());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
