package io.troupe.actors.transport;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection for actor messages: an engine, what it lets through looked at by an {@link IncomingCheck}, and its failures told to whoever reports them,
 * for Pekko keeps those of incoming connections to itself. Not thread-safe, as engines are.
 */
final class CheckedEngine extends SSLEngine {

    private final SSLEngine engine;
    private final @Nullable IncomingCheck check;
    private final Consumer<SSLException> report;
    private final Runnable ended;
    private boolean reported;

    /**
     * @param engine encrypts, or not
     * @param check looks at what comes in; null for nobody
     * @param report told of the first failure
     * @param ended told that no more will come in
     */
    CheckedEngine(SSLEngine engine, @Nullable IncomingCheck check, Consumer<SSLException> report, Runnable ended) {
        super(engine.getPeerHost(), engine.getPeerPort());
        this.engine = engine;
        this.check = check;
        this.report = report;
        this.ended = ended;
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] into, int offset, int length) throws SSLException {
        int[] before = new int[length];
        for (int i = 0; i < length; i++) {
            before[i] = into[offset + i].position();
        }
        try {
            SSLEngineResult result = engine.unwrap(source, into, offset, length);
            if (check != null) {
                for (int i = 0; i < length; i++) {
                    ByteBuffer buffer = into[offset + i];
                    check.accept(buffer, before[i], buffer.position());
                }
            }
            return result;
        } catch (SSLException e) {
            throw told(e);
        }
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer into) throws SSLException {
        try {
            return engine.wrap(sources, offset, length, into);
        } catch (SSLException e) {
            throw told(e);
        }
    }

    @Override
    public void closeInbound() throws SSLException {
        ended.run();
        engine.closeInbound(); // fails whenever a connection ends without a farewell: not worth a line
    }

    private SSLException told(SSLException failure) {
        if (!reported) {
            reported = true;
            report.accept(failure);
        }
        return failure;
    }

    @Override
    public Runnable getDelegatedTask() {
        return engine.getDelegatedTask();
    }

    @Override
    public boolean isInboundDone() {
        return engine.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        engine.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return engine.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engine.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return engine.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        engine.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return engine.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return engine.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        engine.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return engine.getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        engine.beginHandshake();
    }

    @Override
    public SSLEngineResult.HandshakeStatus getHandshakeStatus() {
        return engine.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean client) {
        engine.setUseClientMode(client);
    }

    @Override
    public boolean getUseClientMode() {
        return engine.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        engine.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return engine.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        engine.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return engine.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enabled) {
        engine.setEnableSessionCreation(enabled);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return engine.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return engine.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        engine.setSSLParameters(parameters);
    }
}
