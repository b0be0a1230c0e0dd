package io.troupe.actors.transport;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Java's own verification of the other end's certificate; a refusal says whose certificate it was and what a person can do. Thread-safe. */
final class ExplainedTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager trust;
    private final List<X509Certificate> authorities;

    ExplainedTrust(X509ExtendedTrustManager trust, List<X509Certificate> authorities) {
        this.trust = trust;
        this.authorities = authorities;
    }

    @FunctionalInterface
    private interface Verification {
        void run() throws CertificateException;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        explained(chain, () -> trust.checkClientTrusted(chain, kind, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        explained(chain, () -> trust.checkServerTrusted(chain, kind, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        explained(chain, () -> trust.checkClientTrusted(chain, kind, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        explained(chain, () -> trust.checkServerTrusted(chain, kind, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        explained(chain, () -> trust.checkClientTrusted(chain, kind));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        explained(chain, () -> trust.checkServerTrusted(chain, kind));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }

    private void explained(X509Certificate[] chain, Verification verification) throws CertificateException {
        try {
            verification.run();
        } catch (CertificateException e) {
            X509Certificate own = chain[0];
            throw new CertificateException(
                    "the certificate of " + Certificates.name(own) + ", issued by " + Certificates.issuer(own) + ", "
                            + fault(own, e),
                    e);
        }
    }

    private String fault(X509Certificate own, CertificateException refusal) {
        if (find(refusal, CertificateExpiredException.class) != null) {
            return "expired on " + own.getNotAfter().toInstant() + "; its node needs a new one";
        }
        if (find(refusal, CertificateNotYetValidException.class) != null) {
            return "is not valid before " + own.getNotBefore().toInstant() + "; is the clock of this machine right?";
        }
        if (find(refusal, CertPathBuilderException.class) != null) {
            return "is not signed by an authority that is trusted here ("
                    + authorities.stream().map(Certificates::name).collect(Collectors.joining(", "))
                    + "); both nodes need certificates of the same authority";
        }
        return "is not accepted (it is for " + String.join(", ", NodeIdentity.hosts(own)) + "): "
                + refusal.getMessage();
    }

    private static <E extends Throwable> @Nullable E find(Throwable failure, Class<E> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
