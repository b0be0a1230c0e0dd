package io.troupe.actors.cli;

import io.troupe.actors.config.LoadedSettings;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.SettingsText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe train}. */
@Command(
        name = "train",
        header = "Trains a policy; shows held-out success before and after.",
        description = {
            "",
            "Everything about a run is in its folder: config.conf, metrics.jsonl, summary.json, trajectories/, checkpoints/, report.html, logs/.",
            "The keys of a configuration are in docs/configuration.md. Ctrl-C saves and ends; a second one ends at once."
        },
        footer = {
            "",
            "Examples:",
            "  troupe train",
            "  troupe train my.conf --run runs/first --set train.steps=300",
            "  troupe train --run runs/first --resume",
            "  troupe train my.conf --dry-run"
        })
final class TrainVerb implements Callable<Integer> {

    private static final DateTimeFormatter FOLDER = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss");

    private final Surroundings around;

    @Mixin
    private ConfigurationOptions configuration;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "The run folder (run.dir); by default a new one under runs/.")
    private @Nullable Path run;

    @Option(
            names = "--resume",
            description = "Go on from the last checkpoint of the run folder, with its configuration.")
    private boolean resume;

    @Option(names = "--dry-run", description = "Print the configuration that all of this comes to, and end.")
    private boolean dryRun;

    @Option(names = "--plain", description = "Plain lines instead of the live view, also in a terminal.")
    private boolean plain;

    TrainVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        LoadedSettings loaded = settings();
        if (dryRun) {
            around.out().print(SettingsText.of(loaded.settings()));
            return ExitCode.DONE.code();
        }
        throw new VerbException(ExitCode.FAILED, "no run yet" + resume + plain);
    }

    private LoadedSettings settings() {
        SettingsLoader layers = configuration.layers(earlierConfiguration());
        if (run != null) {
            layers.option("run.dir", run.toString(), "--run");
        }
        LoadedSettings loaded = layers.load();
        if (resume && loaded.settings().run().dir() == null) {
            throw new VerbException(ExitCode.USAGE, "--resume needs the run folder to go on with — add --run DIR");
        }
        if (loaded.settings().run().dir() == null) {
            String name = FOLDER.format(around.clock().instant().atZone(ZoneId.systemDefault()));
            loaded = layers.option("run.dir", "runs/" + name, "default").load();
        }
        return loaded;
    }

    /** A run that goes on keeps its configuration unless another is given. */
    private @Nullable Path earlierConfiguration() {
        if (!resume || run == null || configuration.file() != null) {
            return null;
        }
        Path earlier = run.resolve("config.conf");
        return Files.exists(earlier) ? earlier : null;
    }
}
