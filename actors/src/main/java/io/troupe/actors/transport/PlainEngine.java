package io.troupe.actors.transport;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An engine that encrypts nothing: bytes go through as they are, without a handshake. With it a cluster without TLS goes the same way as one with it, past the
 * same {@link FrameCheck}; what is on the wire is what Pekko's plain transport sends. Not thread-safe, as engines are.
 */
final class PlainEngine extends SSLEngine {

    private static final String[] NONE = {};

    private final SSLSession session;
    private boolean begun;
    private boolean client;
    private boolean inboundDone;
    private boolean outboundDone;

    /** @param session says that there is no encryption: that of an engine before its handshake */
    PlainEngine(SSLSession session) {
        this.session = session;
    }

    /** The first call, before there is anything to send, ends the handshake that there is not. */
    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer into) {
        if (outboundDone) {
            return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        }
        if (!begun) {
            begun = true;
            return new SSLEngineResult(Status.OK, HandshakeStatus.FINISHED, 0, 0);
        }
        int moved = 0;
        for (int i = offset; i < offset + length; i++) {
            moved += move(sources[i], into);
        }
        return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, moved, moved);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] into, int offset, int length) {
        if (inboundDone) {
            return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        }
        if (!source.hasRemaining()) {
            return new SSLEngineResult(Status.BUFFER_UNDERFLOW, getHandshakeStatus(), 0, 0);
        }
        int moved = 0;
        for (int i = offset; i < offset + length; i++) {
            moved += move(source, into[i]);
        }
        Status status = moved == 0 ? Status.BUFFER_OVERFLOW : Status.OK;
        return new SSLEngineResult(status, getHandshakeStatus(), moved, moved);
    }

    private static int move(ByteBuffer from, ByteBuffer into) {
        int length = Math.min(from.remaining(), into.remaining());
        int end = from.limit();
        from.limit(from.position() + length);
        into.put(from);
        from.limit(end);
        return length;
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return null;
    }

    @Override
    public void closeInbound() {
        inboundDone = true;
    }

    @Override
    public boolean isInboundDone() {
        return inboundDone;
    }

    @Override
    public void closeOutbound() {
        outboundDone = true;
    }

    @Override
    public boolean isOutboundDone() {
        return outboundDone;
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return begun ? HandshakeStatus.NOT_HANDSHAKING : HandshakeStatus.NEED_WRAP;
    }

    @Override
    public void beginHandshake() {}

    @Override
    public SSLSession getSession() {
        return session;
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return NONE.clone();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return NONE.clone();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {}

    @Override
    public String[] getSupportedProtocols() {
        return NONE.clone();
    }

    @Override
    public String[] getEnabledProtocols() {
        return NONE.clone();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {}

    @Override
    public void setUseClientMode(boolean mode) {
        client = mode;
    }

    @Override
    public boolean getUseClientMode() {
        return client;
    }

    @Override
    public void setNeedClientAuth(boolean need) {}

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }

    @Override
    public void setWantClientAuth(boolean want) {}

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean enabled) {}

    @Override
    public boolean getEnableSessionCreation() {
        return false;
    }

    @Override
    public SSLParameters getSSLParameters() {
        return new SSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {}
}
