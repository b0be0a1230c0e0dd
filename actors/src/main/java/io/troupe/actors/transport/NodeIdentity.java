package io.troupe.actors.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who a node is to others, and whom it trusts: a private key, the certificate for it, and the authorities whose nodes are let in. What is here fits together
 * and was valid when it was made. Immutable.
 *
 * @param key the private key
 * @param chain the node's certificate first
 * @param authorities whose nodes are let in
 */
public record NodeIdentity(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {

    private static final Set<String> ALGORITHMS = Set.of("RSA", "EC");
    private static final Duration SOON = Duration.ofDays(14);
    private static final int DNS_NAME = 2;
    private static final int ADDRESS = 7;
    private static final String SERVER_USE = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_USE = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USE = "2.5.29.37.0";

    static NodeIdentity of(PemFile keyFile, PemFile certificateFile, PemFile authorityFile, Instant now)
            throws TlsFilesException {
        List<X509Certificate> chain = certificateFile.certificates();
        List<X509Certificate> authorities = authorityFile.certificates();
        X509Certificate own = chain.get(0);
        String algorithm = own.getPublicKey().getAlgorithm();
        if (!ALGORITHMS.contains(algorithm)) {
            throw new TlsFilesException(
                    certificateFile.path() + " is for a key of kind " + algorithm + "; expected RSA or EC", null);
        }
        for (X509Certificate certificate : chain) {
            requireValid(certificate, certificateFile, now);
        }
        PrivateKey key = keyFile.privateKey(algorithm);
        requireMatch(key, own.getPublicKey(), keyFile, certificateFile);
        requireUses(own, certificateFile);
        requireTrust(chain, authorities, certificateFile, authorityFile, now);
        return new NodeIdentity(key, chain, authorities);
    }

    /** The node's own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** The host names and addresses for which the certificate is. */
    public List<String> hosts() {
        return hosts(certificate());
    }

    /** Whether others may reach a node with this certificate under a host name or address. */
    public boolean isFor(String host) {
        return hosts().stream().anyMatch(name -> matches(name.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT)));
    }

    /** Says so if a certificate ends soon. */
    public Optional<String> expiry(Instant now) {
        List<X509Certificate> all = new ArrayList<>(chain);
        all.addAll(authorities);
        X509Certificate first = all.get(0);
        for (X509Certificate certificate : all) {
            if (certificate
                    .getNotAfter()
                    .toInstant()
                    .isBefore(first.getNotAfter().toInstant())) {
                first = certificate;
            }
        }
        Instant end = first.getNotAfter().toInstant();
        return end.isAfter(now.plus(SOON))
                ? Optional.empty()
                : Optional.of("the certificate of " + Certificates.name(first) + " ends on " + end + ", in "
                        + Duration.between(now, end).toDays() + " days");
    }

    /** What connections are made with: TLS that shows this identity and trusts its authorities. */
    public SSLContext context() {
        try {
            KeyStore own = empty();
            own.setKeyEntry("node", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, new char[0]);
            KeyStore trusted = empty();
            for (int i = 0; i < authorities.size(); i++) {
                trusted.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), explained(trust.getTrustManagers()), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot do TLS: " + e.getMessage(), e);
        }
    }

    private TrustManager[] explained(TrustManager[] managers) {
        return Arrays.stream(managers)
                .map(manager -> manager instanceof X509ExtendedTrustManager trust
                        ? new ExplainedTrust(trust, authorities)
                        : manager)
                .toArray(TrustManager[]::new);
    }

    static List<String> hosts(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name ->
                                    name.get(0).equals(DNS_NAME) || name.get(0).equals(ADDRESS))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (java.security.cert.CertificateParsingException e) {
            return List.of();
        }
    }

    private static boolean matches(String name, String host) {
        if (name.startsWith("*.")) {
            int dot = host.indexOf('.');
            return dot > 0 && host.substring(dot).equals(name.substring(1));
        }
        return name.equals(host) || (isLoopback6(name) && host.equals("::1"));
    }

    private static boolean isLoopback6(String address) {
        return address.equals("0:0:0:0:0:0:0:1");
    }

    private static void requireValid(X509Certificate certificate, PemFile file, Instant now) throws TlsFilesException {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            throw new TlsFilesException(
                    file.path() + ": the certificate of " + Certificates.name(certificate) + " expired on " + until
                            + "; issue a new one",
                    null);
        }
        if (now.isBefore(from)) {
            throw new TlsFilesException(
                    file.path() + ": the certificate of " + Certificates.name(certificate) + " is not valid before "
                            + from + ", and it is " + now + " here; is the clock right?",
                    null);
        }
    }

    private static void requireMatch(PrivateKey key, PublicKey certified, PemFile keyFile, PemFile certificateFile)
            throws TlsFilesException {
        try {
            byte[] probe = {1, 2, 3};
            Signature signing = Signature.getInstance(
                    "SHA256with" + (certified.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
            signing.initSign(key);
            signing.update(probe);
            byte[] signature = signing.sign();
            signing.initVerify(certified);
            signing.update(probe);
            if (signing.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new TlsFilesException(keyFile.path() + " cannot sign: " + e.getMessage(), e);
        }
        throw new TlsFilesException(
                keyFile.path() + " is not the key of the certificate in " + certificateFile.path()
                        + "; the two must be made together",
                null);
    }

    /** A node is server and client at once. */
    private static void requireUses(X509Certificate certificate, PemFile file) throws TlsFilesException {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            if (uses != null && !uses.contains(ANY_USE) && !(uses.contains(SERVER_USE) && uses.contains(CLIENT_USE))) {
                throw new TlsFilesException(
                        file.path() + ": the certificate must be for servers and for clients (extended key usage"
                                + " serverAuth and clientAuth), for a node is both",
                        null);
            }
        } catch (java.security.cert.CertificateParsingException e) {
            throw new TlsFilesException(file.path() + " holds a damaged certificate: " + e.getMessage(), e);
        }
    }

    private static void requireTrust(
            List<X509Certificate> chain,
            List<X509Certificate> authorities,
            PemFile certificateFile,
            PemFile authorityFile,
            Instant now)
            throws TlsFilesException {
        try {
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            PKIXParameters parameters = new PKIXParameters(authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (GeneralSecurityException e) {
            throw new TlsFilesException(
                    certificateFile.path() + ": the certificate of " + Certificates.name(chain.get(0)) + " (issued by "
                            + Certificates.issuer(chain.get(0)) + ") is not signed by "
                            + authorities.stream().map(Certificates::name).collect(Collectors.joining(" or ")) + " in "
                            + authorityFile.path() + ": " + e.getMessage(),
                    e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
