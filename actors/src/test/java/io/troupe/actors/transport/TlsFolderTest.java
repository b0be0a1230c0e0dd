package io.troupe.actors.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFolderTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant FROM = NOW.minus(Duration.ofDays(10));
    private static final Instant UNTIL = NOW.plus(Duration.ofDays(90));

    @TempDir
    Path folder;

    private Path node;
    private TrialAuthority authority;

    @BeforeEach
    void issue() throws IOException {
        authority = authority("ca", "ours");
        node = folder.resolve("node");
        authority.issue(node, List.of("gpu1", "10.0.0.5"), FROM, UNTIL, false);
    }

    @Test
    void whatIsIssuedCanBeUsed() throws TlsFilesException {
        NodeIdentity identity = new TlsFolder(node).read(NOW);

        assertThat(identity.hosts()).containsExactly("gpu1", "10.0.0.5");
        assertThat(identity.isFor("GPU1")).isTrue();
        assertThat(identity.isFor("10.0.0.5")).isTrue();
        assertThat(identity.isFor("gpu2")).isFalse();
        assertThat(identity.expiry(NOW)).isEmpty();
        assertThat(identity.expiry(UNTIL.minus(Duration.ofDays(3))).orElseThrow())
                .contains("\"gpu1\"")
                .contains("in 3 days");
        assertThat(new TlsFolder(node).warnings()).isEmpty();
    }

    @Test
    void keysCanBeReadByTheirOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.resolve("tls.key"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ca/ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyThatOthersMayReadIsWarnedOf() throws IOException {
        Files.setPosixFilePermissions(node.resolve("tls.key"), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(new TlsFolder(node).warnings()).singleElement().asString().contains("chmod 600");
    }

    @Test
    void eachMissingFileIsNamed() throws IOException {
        for (String name : List.of("tls.key", "tls.crt", "ca.crt")) {
            Path file = node.resolve(name);
            byte[] content = Files.readAllBytes(file);
            Files.delete(file);
            refused(name + " is missing", "`troupe certs`");
            Files.write(file, content);
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        authority.issue(folder.resolve("other"), List.of("gpu2"), FROM, UNTIL, false);
        copy("other/tls.key", "tls.key");

        refused("is not the key of the certificate in", "made together");
    }

    @Test
    void anExpiredCertificateIsRefusedWithItsDate() throws IOException {
        authority.issue(node, List.of("gpu1"), FROM, NOW.minusSeconds(1), true);

        refused("\"gpu1\" expired on 2026-03-01T11:59:59Z");
    }

    @Test
    void aCertificateOfTheFutureIsRefusedWithTheClock() throws IOException {
        authority.issue(node, List.of("gpu1"), NOW.plusSeconds(60), UNTIL, true);

        refused("is not valid before 2026-03-01T12:01:00Z", "is the clock right?");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws IOException {
        authority("theirs", "theirs");
        copy("theirs/ca.crt", "ca.crt");

        refused("issued by \"ours\"", "not signed by \"theirs\"");
    }

    @Test
    void whileAnAuthorityIsReplacedBothAreTrusted() throws IOException {
        authority("theirs", "theirs");
        Files.writeString(
                node.resolve("ca.crt"),
                Files.readString(folder.resolve("theirs/ca.crt")) + Files.readString(folder.resolve("ca/ca.crt")));

        assertThat(new TlsFolder(node).read(NOW).authorities()).hasSize(2);
    }

    @Test
    void olderAndEncryptedFormsOfKeysAreRefusedWithTheCommandThatHelps() throws IOException {
        String key = Files.readString(node.resolve("tls.key"));
        Files.writeString(node.resolve("tls.key"), key.replace("PRIVATE KEY", "EC PRIVATE KEY"));
        refused("openssl pkcs8 -topk8 -nocrypt");
        Files.writeString(node.resolve("tls.key"), key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        refused("is encrypted", "openssl pkcs8 -in");
    }

    @Test
    void aKeyOfAnotherKindIsRefused() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        Files.writeString(
                node.resolve("tls.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(
                                        rsa.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");

        refused("holds no EC key, which the certificate is for");
    }

    @Test
    void filesThatAreNoPemAreRefused() throws IOException {
        Files.writeString(node.resolve("tls.crt"), "certificate, honestly");
        refused("tls.crt holds no certificate");
        Files.writeString(node.resolve("tls.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        refused("tls.crt holds a damaged certificate");
    }

    @Test
    void theListSaysWhatIsThereEvenIfItCannotBeUsed() throws IOException {
        authority.issue(node, List.of("gpu1"), FROM, NOW.minusSeconds(1), true);

        assertThat(new TlsFolder(node).describe(NOW))
                .containsExactly(
                        "tls.crt: \"gpu1\", for gpu1, issued by \"ours\", key EC, EXPIRED on 2026-03-01T11:59:59Z",
                        "ca.crt: \"ours\", issued by \"ours\", key EC, valid until 2026-05-30T12:00:00Z (90 days)");
    }

    @Test
    void anAuthorityIsNotOverwrittenAndNoCertificateOutlivesIt() throws IOException {
        assertThatThrownBy(() -> authority("ca", "again")).hasMessageContaining("ca.key");
        assertThatThrownBy(() -> authority.issue(node, List.of("gpu1"), FROM, UNTIL, false))
                .hasMessageContaining("tls.key");
        TrialAuthority read = TrialAuthority.open(folder.resolve("ca"), new SecureRandom());
        read.issue(node, List.of("gpu1"), FROM, UNTIL.plus(Duration.ofDays(1)), true);
        assertThat(new TlsFolder(node).read(NOW).certificate().getNotAfter().toInstant())
                .isEqualTo(UNTIL);
    }

    @Test
    void whatIsNoHostGetsNoCertificate() {
        assertThatThrownBy(() -> authority.issue(folder.resolve("x"), List.of("a b"), FROM, UNTIL, false))
                .isInstanceOf(TlsFilesException.class)
                .hasMessageContaining("no host name");
    }

    private TrialAuthority authority(String name, String called) throws IOException {
        return TrialAuthority.create(folder.resolve(name), called, FROM, UNTIL, new SecureRandom());
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(folder.resolve(from), node.resolve(to), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> new TlsFolder(node).read(NOW))
                .isInstanceOf(TlsFilesException.class)
                .hasMessageContainingAll(parts);
    }
}
