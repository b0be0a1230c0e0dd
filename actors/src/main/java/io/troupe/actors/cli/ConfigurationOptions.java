package io.troupe.actors.cli;

import io.troupe.actors.config.SettingsLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options by which a verb is given a configuration: a file and {@code --set}. */
final class ConfigurationOptions {

    @Parameters(
            arity = "0..1",
            paramLabel = "CONFIG",
            description = "Configuration in HOCON; without one, the defaults.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one key of the configuration, such as train.steps=50. As often as you like.")
    private List<String> assignments = new ArrayList<>();

    ConfigurationOptions() {}

    /** The file that was given, or null. */
    @Nullable
    Path file() {
        return file;
    }

    /** Whether there is anything above the defaults. */
    boolean isGiven() {
        return file != null || !assignments.isEmpty();
    }

    /** The layers above the defaults: the file that was given, or else the one to fall back on, then every {@code --set}. */
    SettingsLoader layers(@Nullable Path fallback) {
        var loader = new SettingsLoader();
        Path base = file != null ? file : fallback;
        if (base != null) {
            loader.file(base);
        }
        assignments.forEach(loader::set);
        return loader;
    }
}
