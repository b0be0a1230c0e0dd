package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.transport.TlsFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertsVerbTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z"); // that of Invocation

    @TempDir
    Path folder;

    @Test
    void withoutHostsANodeOfThisMachineGetsCertificates() throws Exception {
        Invocation made = Invocation.of("certs", "--out", folder + "/c");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out())
                .contains("authority    " + folder + "/c/ca")
                .contains("cluster.tls = " + folder + "/c/localhost");
        assertThat(new TlsFolder(folder.resolve("c/localhost")).read(NOW).hosts())
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    @Test
    void everyHostGetsAFolderOfItsOwnAndOthersCanFollow() throws Exception {
        Invocation.of("certs", "--out", folder + "/c", "--host", "gpu1,10.0.0.5", "--host", "gpu2", "--days", "30");
        Invocation third = Invocation.of("certs", "--ca", folder + "/c", "--node", "gpu3", "--days", "7");

        assertThat(third.exitCode()).as(third.err()).isZero();
        for (String node : new String[] {"gpu1", "gpu2", "gpu3"}) {
            assertThat(new TlsFolder(folder.resolve("c").resolve(node))
                            .read(NOW)
                            .isFor(node))
                    .isTrue();
        }
        assertThat(new TlsFolder(folder.resolve("c/gpu1")).read(NOW).isFor("10.0.0.5"))
                .isTrue();
        assertThat(new TlsFolder(folder.resolve("c/gpu3"))
                        .read(NOW)
                        .certificate()
                        .getNotAfter())
                .isEqualTo("2026-01-09T03:04:05Z");
    }

    @Test
    void whatIsThereIsReplacedOnlyWhenAskedTo() throws Exception {
        Invocation.of("certs", "--out", folder + "/c");
        byte[] key = Files.readAllBytes(folder.resolve("c/localhost/tls.key"));

        Invocation again = Invocation.of("certs", "--ca", folder + "/c", "--node", "localhost");
        assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE.code());
        assertThat(again.err()).contains("tls.key is there already; replace it with --replace");
        assertThat(folder.resolve("c/localhost/tls.key")).hasBinaryContent(key);
        assertThat(Invocation.of("certs", "--out", folder + "/c").err())
                .contains("ca.key is there already; issue further certificates with --ca");

        assertThat(Invocation.of("certs", "--ca", folder + "/c", "--node", "localhost", "--replace")
                        .exitCode())
                .isZero();
        assertThat(Files.readAllBytes(folder.resolve("c/localhost/tls.key"))).isNotEqualTo(key);
    }

    @Test
    void showSaysWhatThereIsAndWhetherItCanBeUsed() throws Exception {
        Invocation.of("certs", "--out", folder + "/c");

        Invocation node = Invocation.of("certs", "show", folder + "/c/localhost");
        assertThat(node.exitCode()).as(node.err()).isZero();
        assertThat(node.out())
                .contains("tls.crt: \"localhost\", for localhost, 127.0.0.1")
                .contains("valid until 2027-01-02T03:04:05Z (365 days)")
                .contains("a node can use these");
        assertThat(Invocation.of("certs", "show", folder + "/c/ca").out()).contains("an authority: its key");

        Files.delete(folder.resolve("c/localhost/tls.key"));
        Invocation broken = Invocation.of("certs", "show", folder + "/c/localhost");
        assertThat(broken.exitCode()).isEqualTo(ExitCode.FAILED.code());
        assertThat(broken.err()).contains("tls.key is missing");
    }

    @Test
    void misuseIsNamed() {
        assertThat(Invocation.of("certs").err()).contains("expected either --out DIR or --ca DIR --node NAME");
        assertThat(Invocation.of("certs", "--ca", "x").err()).contains("--ca goes with --node");
        assertThat(Invocation.of("certs", "--out", "x", "--node", "y").err()).contains("go with --ca");
        assertThat(Invocation.of("certs", "--out", "x", "--days", "0").err()).contains("--days must be at least 1");
        Invocation none = Invocation.of("certs", "--ca", folder + "/none", "--node", "y");
        assertThat(none.err()).contains("ca.crt is missing");
        assertThat(none.exitCode()).isNotZero();
    }
}
