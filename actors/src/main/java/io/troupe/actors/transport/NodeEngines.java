package io.troupe.actors.transport;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Makes the ends of connections for actor messages. With TLS both sides show certificates of an authority that the other trusts, and the side that is connected to must
 * be who it was called; without it bytes go through as they are. Either way what comes in passes a {@link FrameCheck}. Thread-safe.
 */
public final class NodeEngines implements SSLEngineProvider {

    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final int TLS_ALERT = 0x15;
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final @Nullable NodeTls tls;
    private final int maxFrameBytes;
    private final Refusals refusals = new Refusals();
    private final SSLSession unsecured;

    /**
     * @param tls null for none
     * @param maxFrameBytes Pekko's {@code maximum-frame-size}
     */
    public NodeEngines(@Nullable NodeTls tls, int maxFrameBytes) {
        this.tls = tls;
        this.maxFrameBytes = maxFrameBytes;
        try {
            unsecured = SSLContext.getDefault().createSSLEngine().getSession();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java cannot do TLS: " + e.getMessage(), e);
        }
    }

    /** Connections that were refused since the start. */
    public long refused() {
        return refusals.count();
    }

    @Override
    public SSLEngine createServerSSLEngine(String host, int port) {
        NodeTls secured = tls;
        SSLEngine engine =
                secured == null ? new PlainEngine(unsecured) : secured.current().createSSLEngine();
        engine.setUseClientMode(false);
        if (secured != null) {
            engine.setEnabledProtocols(PROTOCOLS);
            engine.setNeedClientAuth(true);
        }
        return new CheckedEngine(
                engine,
                new FrameCheck(maxFrameBytes),
                failure -> refusals.refused("refused an incoming connection", reason(failure)),
                () -> {});
    }

    @Override
    public SSLEngine createClientSSLEngine(String host, int port) {
        NodeTls secured = tls;
        if (secured == null) {
            SSLEngine engine = new PlainEngine(unsecured);
            engine.setUseClientMode(true);
            long opened = System.nanoTime();
            return new CheckedEngine(
                    engine,
                    NodeEngines::requireSilence,
                    failure -> outgoing(host, port, failure),
                    () -> reportEarlyEnd(host, port, opened));
        }
        SSLEngine engine = secured.current().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(PROTOCOLS);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return new CheckedEngine(engine, null, failure -> outgoing(host, port, failure), () -> {});
    }

    /** A node that wants TLS says nothing to one that does not begin with it: it closes. */
    private void reportEarlyEnd(String host, int port, long openedNanos) {
        if (System.nanoTime() - openedNanos < AT_ONCE.toNanos()) {
            outgoing(
                    host,
                    port,
                    new SSLException(
                            "the other end closed the connection at once; if it has TLS, this node needs cluster.tls"
                                    + " too (its log says why)"));
        }
    }

    private void outgoing(String host, int port, SSLException failure) {
        refusals.refused("no connection to " + host + ":" + port, reason(failure));
    }

    /** Nodes do not answer on the connections of others. */
    private static void requireSilence(ByteBuffer bytes, int from, int to) throws SSLException {
        if (from < to) {
            throw new SSLException(
                    bytes.get(from) == TLS_ALERT
                            ? "the other end speaks TLS and this node does not; set cluster.tls on all nodes, or on none"
                            : "the other end is no node of Troupe");
        }
    }

    @Override
    public Option<Throwable> verifyClientSession(String host, SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(String host, SSLSession session) {
        return Option.empty();
    }

    private static String reason(SSLException failure) {
        String said = String.valueOf(failure.getMessage());
        if (said.contains("nrecognized SSL message")) {
            return "the other end does not speak TLS and this node does; set cluster.tls on all nodes, or on none";
        }
        if (said.startsWith("Received fatal alert")) {
            return "the other end refuses this node's certificate (" + said.substring("Received fatal alert: ".length())
                    + "); its log says why";
        }
        return said;
    }
}
