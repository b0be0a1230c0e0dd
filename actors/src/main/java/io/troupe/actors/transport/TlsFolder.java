package io.troupe.actors.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where a node's key and certificates lie: {@value #KEY}, the private key (RSA or EC, PKCS #8); {@value #CERTIFICATE}, the node's certificate and any between
 * it and the authority; {@value #AUTHORITY}, the certificates of the authorities whose nodes are let in — several while one is replaced by another. Immutable.
 *
 * @param path the folder
 */
public record TlsFolder(Path path) {

    /** The private key. */
    public static final String KEY = "tls.key";

    /** The certificate. */
    public static final String CERTIFICATE = "tls.crt";

    /** Whom to trust. */
    public static final String AUTHORITY = "ca.crt";

    /**
     * Reads and verifies the three files.
     *
     * @param now the time at which the certificates must be valid
     * @throws TlsFilesException if a node could not use them
     */
    public NodeIdentity read(Instant now) throws TlsFilesException {
        List<PemFile> files = contents();
        return NodeIdentity.of(files.get(0), files.get(1), files.get(2), now);
    }

    /** The files as they are now: key, certificate, authority. */
    List<PemFile> contents() throws TlsFilesException {
        return List.of(
                PemFile.read(path.resolve(KEY)),
                PemFile.read(path.resolve(CERTIFICATE)),
                PemFile.read(path.resolve(AUTHORITY)));
    }

    /** What is not as it should be, although the node can work: for people. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        Path key = path.resolve(KEY);
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
            if (permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER_"))) {
                warnings.add("the private key " + key + " can be used by others on this machine: chmod 600 " + key);
            }
        } catch (IOException | UnsupportedOperationException e) {
            warnings.add("cannot say who may read " + key + ": " + e);
        }
        return warnings;
    }

    /**
     * What the folder holds, a line for each certificate, usable or not.
     *
     * @throws TlsFilesException if there is no certificate at all, or a damaged one
     */
    public List<String> describe(Instant now) throws TlsFilesException {
        List<String> lines = new ArrayList<>();
        for (String name : List.of(CERTIFICATE, AUTHORITY)) {
            Path file = path.resolve(name);
            if (Files.exists(file)) {
                for (X509Certificate certificate : PemFile.read(file).certificates()) {
                    lines.add(name + ": " + Certificates.line(certificate, now));
                }
            }
        }
        if (lines.isEmpty()) {
            throw new TlsFilesException(path + " holds neither " + CERTIFICATE + " nor " + AUTHORITY, null);
        }
        return lines;
    }
}
