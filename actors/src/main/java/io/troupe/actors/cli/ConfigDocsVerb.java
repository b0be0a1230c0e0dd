package io.troupe.actors.cli;

import io.troupe.actors.config.SettingsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code troupe config-docs}: writes the table of all configuration keys. For those who work on Troupe. */
@Command(
        name = "config-docs",
        hidden = true,
        header = "Writes docs/configuration.md from the comments in reference.conf.",
        footer = {"", "Example:", "  troupe config-docs"})
final class ConfigDocsVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Where to (default: docs/configuration.md).")
    private Path file = Path.of("docs", "configuration.md");

    ConfigDocsVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        Files.writeString(file, SettingsReference.markdown());
        around.out().println("wrote " + file);
        return ExitCode.DONE.code();
    }
}
