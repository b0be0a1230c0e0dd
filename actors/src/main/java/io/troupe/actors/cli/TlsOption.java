package io.troupe.actors.cli;

import io.troupe.actors.config.SettingsLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --tls} of a verb that starts a node. */
final class TlsOption {

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description =
                    "Talk to other nodes by TLS, with the key and certificates in this folder (cluster.tls); `troupe certs` makes some for a trial.")
    private @Nullable Path folder;

    TlsOption() {}

    /** Sets {@code cluster.tls}, if the option was given. */
    void apply(SettingsLoader loader) {
        if (folder != null) {
            loader.option("cluster.tls", folder.toString(), "--tls");
        }
    }
}
