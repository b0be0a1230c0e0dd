package io.troupe.actors.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file with keys or certificates as text between {@code -----BEGIN …-----} and {@code -----END …-----}. Immutable. */
record PemFile(Path path, String text) {

    /** Chains and bundles are some kilobytes. */
    private static final long MAX_BYTES = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)-----END \\1-----");

    private record Block(String kind, byte[] bytes) {}

    static PemFile read(Path path) throws TlsFilesException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new TlsFilesException(
                        path + " has " + Files.size(path) + " bytes: this is no key or certificate", null);
            }
            return new PemFile(path, Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new TlsFilesException(
                    path + " is missing; a folder for TLS holds " + TlsFolder.KEY + ", " + TlsFolder.CERTIFICATE
                            + " and " + TlsFolder.AUTHORITY + " — `troupe certs` makes them for a trial",
                    e);
        } catch (TlsFilesException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsFilesException("cannot read " + path + ": " + e, e);
        }
    }

    /** All certificates, in the order of the file; at least one. */
    List<X509Certificate> certificates() throws TlsFilesException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks()) {
                if (block.kind().equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (CertificateException e) {
            throw new TlsFilesException(path + " holds a damaged certificate: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TlsFilesException(
                    path + " holds no certificate; expected text that begins with -----BEGIN CERTIFICATE-----", null);
        }
        return List.copyOf(certificates);
    }

    /** @param algorithm that of the certificate's key: RSA or EC */
    PrivateKey privateKey(String algorithm) throws TlsFilesException {
        for (Block block : blocks()) {
            switch (block.kind()) {
                case "PRIVATE KEY" -> {
                    return decoded(block, algorithm);
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    throw new TlsFilesException(
                            path + " holds a key in the older form \"" + block.kind()
                                    + "\"; turn it into PKCS #8: openssl pkcs8 -topk8 -nocrypt -in " + path
                                    + " -out NEW",
                            null);
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new TlsFilesException(
                            path
                                    + " is encrypted, and nobody is there to type its password; decrypt it into a file that only"
                                    + " the node's user may read: openssl pkcs8 -in " + path + " -out NEW",
                            null);
                default -> {
                    // parameters of a curve, a certificate beside the key
                }
            }
        }
        throw new TlsFilesException(
                path + " holds no private key; expected text that begins with -----BEGIN PRIVATE KEY-----", null);
    }

    private PrivateKey decoded(Block block, String algorithm) throws TlsFilesException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
        } catch (GeneralSecurityException e) {
            throw new TlsFilesException(
                    path + " holds no " + algorithm + " key, which the certificate is for: " + e.getMessage(), e);
        }
    }

    private List<Block> blocks() throws TlsFilesException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new TlsFilesException(path + " is damaged: " + e.getMessage(), e);
            }
        }
        return blocks;
    }
}
