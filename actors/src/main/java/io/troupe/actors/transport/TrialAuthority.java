package io.troupe.actors.transport;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for a trial: a folder with {@value #KEY} and {@value TlsFolder#AUTHORITY}, which issues certificates to nodes. Whoever has the key can let
 * anybody into the cluster. Keys are EC, P-256. Not meant for those who have an authority already. Not thread-safe.
 */
public final class TrialAuthority {

    /** The authority's private key. */
    public static final String KEY = "ca.key";

    private static final String CURVE = "secp256r1";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;
    private static final int LINE = 64;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final SecureRandom random;

    private TrialAuthority(PrivateKey key, X509Certificate certificate, SecureRandom random) {
        this.key = key;
        this.certificate = certificate;
        this.random = random;
    }

    /**
     * Makes an authority and writes it into a folder, which must not hold one.
     *
     * @param name what it is called in its certificate
     */
    public static TrialAuthority create(Path folder, String name, Instant from, Instant until, SecureRandom random)
            throws IOException {
        KeyPair pair = pair(random);
        X500Principal subject = new X500Principal("CN=" + name);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject, serial(random), Date.from(from), Date.from(until), subject, pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        extensions().createSubjectKeyIdentifier(pair.getPublic()));
        X509Certificate certificate = signed(builder, pair.getPrivate());
        Files.createDirectories(folder);
        requireAbsent(folder.resolve(KEY));
        write(folder.resolve(KEY), pem("PRIVATE KEY", pair.getPrivate().getEncoded()), true);
        write(folder.resolve(TlsFolder.AUTHORITY), pem(certificate), false);
        return new TrialAuthority(pair.getPrivate(), certificate, random);
    }

    /** Reads the authority of a folder. */
    public static TrialAuthority open(Path folder, SecureRandom random) throws TlsFilesException {
        X509Certificate certificate =
                PemFile.read(folder.resolve(TlsFolder.AUTHORITY)).certificates().get(0);
        PrivateKey key = PemFile.read(folder.resolve(KEY))
                .privateKey(certificate.getPublicKey().getAlgorithm());
        if (!certificate.getPublicKey().getAlgorithm().equals("EC")) {
            throw new TlsFilesException(
                    folder.resolve(KEY) + " is no key of a trial authority; issue certificates with what made it",
                    null);
        }
        return new TrialAuthority(key, certificate, random);
    }

    /** When its certificate ends: nothing that it signs is valid longer. */
    public Instant until() {
        return certificate.getNotAfter().toInstant();
    }

    /**
     * Makes a key and a certificate for a node and writes them into a folder, with the authority's certificate: a {@link TlsFolder}.
     *
     * @param hosts the names and addresses under which others reach the node, at least one
     * @param replace whether what is there may be replaced; it stays until the new files are complete
     */
    public void issue(Path folder, List<String> hosts, Instant from, Instant until, boolean replace)
            throws IOException {
        for (String host : hosts) {
            requireHost(host);
        }
        Path keyFile = folder.resolve(TlsFolder.KEY);
        if (!replace) {
            requireAbsent(keyFile);
        }
        KeyPair pair = pair(random);
        Instant end = until.isBefore(until()) ? until : until();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                certificate,
                serial(random),
                Date.from(from),
                Date.from(end),
                new X500Principal("CN=" + hosts.get(0)),
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }))
                .addExtension(Extension.subjectAlternativeName, false, names(hosts))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        extensions().createAuthorityKeyIdentifier(certificate.getPublicKey()));
        X509Certificate issued = signed(builder, key);
        Files.createDirectories(folder);
        write(keyFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), true);
        write(folder.resolve(TlsFolder.CERTIFICATE), pem(issued), false);
        write(folder.resolve(TlsFolder.AUTHORITY), pem(certificate), false);
    }

    private static GeneralNames names(List<String> hosts) {
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            names.add(new GeneralName(
                    ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName, host));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static void requireHost(String host) throws TlsFilesException {
        if (!ADDRESS.matcher(host).matches() && !HOST.matcher(host).matches()) {
            throw new TlsFilesException("\"" + host + "\" is no host name and no address", null);
        }
    }

    private static void requireAbsent(Path key) throws FileAlreadyExistsException {
        if (Files.exists(key)) {
            throw new FileAlreadyExistsException(key.toString());
        }
    }

    private static KeyPair pair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make EC keys: " + e.getMessage(), e);
        }
    }

    private static JcaX509ExtensionUtils extensions() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-1, which names keys: " + e.getMessage(), e);
        }
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) throws CertIOException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new CertIOException("cannot sign a certificate: " + e.getMessage(), e);
        }
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static String pem(X509Certificate certificate) throws IOException {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot write a certificate: " + e.getMessage(), e);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind
                + "-----\n";
    }

    /** Written aside with its permissions, then moved: nobody reads half a file, and nobody else a key. */
    private static void write(Path file, String text, boolean secret) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        if (secret && Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(aside, text, StandardCharsets.US_ASCII);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
