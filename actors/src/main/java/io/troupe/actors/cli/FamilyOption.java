package io.troupe.actors.cli;

import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.node.Plugins;
import io.troupe.actors.node.RunFailedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a verb that needs no configuration sees the task families of plug-ins. */
final class FamilyOption {

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "A folder of jars with further task families, as verifier.plugins.")
    private @Nullable String plugins;

    FamilyOption() {}

    /** Troupe's families and those of the plug-ins; to be closed. */
    Plugins open() throws RunFailedException {
        var loader = new SettingsLoader();
        if (plugins != null) {
            loader.option("verifier.plugins", plugins, "--plugins");
        }
        return Plugins.open(loader.load().settings().verifier());
    }
}
