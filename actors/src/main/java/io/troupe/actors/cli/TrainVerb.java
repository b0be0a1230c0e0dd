package io.troupe.actors.cli;

import io.troupe.actors.config.ClusterSettings;
import io.troupe.actors.config.LoadedSettings;
import io.troupe.actors.config.RolloutEngine;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.SettingsText;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.node.Plugins;
import io.troupe.actors.node.RunFailedException;
import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.actors.node.RunPlan;
import io.troupe.actors.node.RunSummary;
import io.troupe.actors.node.StandbyRun;
import io.troupe.actors.node.TrainingRun;
import io.troupe.actors.node.Vacancy;
import io.troupe.actors.process.LocalNodes;
import io.troupe.actors.view.PlainView;
import io.troupe.actors.view.Report;
import io.troupe.actors.view.RunView;
import io.troupe.actors.view.TerminalView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
            "  troupe train --run /shared/runs/first --standby --set cluster.host=10.0.0.8 --set cluster.port=7355",
            "  troupe train --nodes 3",
            "  troupe train my.conf --dry-run"
        })
final class TrainVerb implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(TrainVerb.class);
    private static final DateTimeFormatter FOLDER = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss");

    private final Surroundings around;

    @Mixin
    private ConfigurationOptions configuration;

    @Mixin
    private TlsOption tls;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "The run folder (run.dir); by default a new one under runs/.")
    private @Nullable Path run;

    @Option(
            names = "--resume",
            description = "Go on from the last checkpoint of the run folder, with its configuration.")
    private boolean resume;

    @Option(
            names = "--standby",
            description =
                    "Wait at the run folder, on storage that machines share, until the run shows no sign of life, and go on from its last checkpoint.")
    private boolean standby;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = {
                "For a trial of a cluster: this process only learns, and N further ones on this machine sample and verify.",
                "What they log is in the run folder, in logs/node-*.log."
            })
    private @Nullable Integer nodes;

    @Option(names = "--dry-run", description = "Print the configuration that all of this comes to, and end.")
    private boolean dryRun;

    @Option(names = "--plain", description = "Plain lines instead of the live view, also in a terminal.")
    private boolean plain;

    TrainVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        resume |= standby;
        LoadedSettings loaded = settings();
        TroupeSettings settings = loaded.settings();
        try (Plugins plugins = Plugins.open(settings.verifier())) {
            new TaskFamilySource(plugins.families()).check(loaded);
        }
        if (dryRun) {
            around.out().print(SettingsText.of(settings));
            return ExitCode.DONE.code();
        }
        Path directory = Path.of(Objects.requireNonNull(settings.run().dir(), "run.dir"));
        LOG.info("{}, run folder {}", TroupeVersion.line(), directory);
        settings.objective().warnings().forEach(LOG::warn);
        var policy = PolicyLocation.of(around, settings.policy().path());
        return standby ? standBy(settings, directory, policy) : train(settings, directory, policy, Optional.empty());
    }

    /** Several may stand by, and find at once that the run must be taken over: one does, and the others stand by for that one. */
    private Integer standBy(TroupeSettings settings, Path directory, Path policy) throws Exception {
        while (true) {
            Optional<Vacancy> found = itsTurn(directory, settings.cluster().takeoverAfter());
            if (found.isEmpty()) {
                return ExitCode.DONE.code();
            }
            try {
                return train(settings, directory, policy, found);
            } catch (RunFailedException e) {
                if (e.kind() != Kind.FOLDER_IN_USE) {
                    throw e;
                }
                LOG.info("{}; standing by again", e.getMessage());
            }
        }
    }

    private Integer train(TroupeSettings settings, Path directory, Path policy, Optional<Vacancy> takesOver)
            throws Exception {
        var plan = new RunPlan(settings, directory, policy, resume, takesOver, SettingsText.of(settings));
        try (RunView view = view(settings, directory)) {
            TrainingRun training = TrainingRun.of(plan, view);
            Interrupts.handle(training::stop, around.err());
            RunSummary summary = execute(training, settings, directory);
            view.finish(summary);
            report(directory);
            return ended(summary, directory);
        } catch (RunFailedException e) {
            if (e.kind() == Kind.FAILED || e.kind() == Kind.DIVERGED) {
                Logging.recordFailure(e);
                report(directory);
            }
            throw e;
        }
    }

    /** Waits until the run must be taken over; nothing if it need not be. */
    private Optional<Vacancy> itsTurn(Path directory, Duration lapse) throws RunFailedException, InterruptedException {
        var stopped = new AtomicBoolean();
        Interrupts.handle(() -> stopped.set(true), around.err(), "troupe: standing by no more");
        StandbyRun.Turn turn = StandbyRun.await(directory, lapse, stopped::get);
        if (turn instanceof StandbyRun.Done) {
            around.out().println("troupe: the run in " + directory + " came to its end; there is nothing to take over");
        }
        return turn instanceof StandbyRun.TakeOver takeOver ? Optional.of(takeOver.found()) : Optional.empty();
    }

    private RunSummary execute(TrainingRun training, TroupeSettings settings, Path directory)
            throws IOException, RunFailedException, InterruptedException {
        LocalNodes started = localNodes(settings, directory);
        try {
            return training.execute();
        } finally {
            if (started != null) {
                started.close();
            }
        }
    }

    private @Nullable LocalNodes localNodes(TroupeSettings settings, Path directory) throws IOException {
        Integer count = nodes;
        if (count == null) {
            return null;
        }
        ClusterSettings cluster = settings.cluster();
        var command = new ArrayList<>(List.of(
                TroupeCommand.class.getName(),
                "node",
                "--ends-with-input",
                "--join",
                cluster.host() + ":" + cluster.port(),
                "--host",
                cluster.host()));
        if (!cluster.tls().isEmpty()) {
            command.addAll(List.of("--tls", cluster.tls()));
        }
        return LocalNodes.start(count, command, directory.resolve("logs"));
    }

    private RunView view(TroupeSettings settings, Path directory) {
        Logging.alsoTo(directory.resolve("logs").resolve("troupe.log"));
        int steps = settings.train().steps();
        Duration limit = settings.train().timeLimit();
        if (plain || !around.live()) {
            return new PlainView(around.out(), around.clock(), steps, limit);
        }
        var view = new TerminalView(around.out(), around.columns(), around.clock(), steps, limit);
        Logging.consoleOnlyWarns(view.lines());
        return view;
    }

    private int ended(RunSummary summary, Path directory) {
        around.out()
                .println("See " + directory.resolve("report.html")
                        + "; the numbers are in summary.json and metrics.jsonl beside it.");
        return (summary.ending() == RunSummary.Ending.STOPPED ? ExitCode.INTERRUPTED : ExitCode.DONE).code();
    }

    /** Also a run that failed can be looked at, as far as it came. A report that cannot be made changes nothing about the run. */
    private static void report(Path directory) {
        try {
            if (Files.exists(directory.resolve("metrics.jsonl"))) {
                Report.write(directory);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("no report: {}; `troupe report {}` tries again", ErrorText.of(e), directory);
        }
    }

    private LoadedSettings settings() {
        SettingsLoader layers = configuration.layers(earlierConfiguration());
        if (run != null) {
            layers.option("run.dir", run.toString(), "--run");
        }
        tls.apply(layers);
        LoadedSettings loaded = layers.load();
        if (nodes != null) {
            loaded = asLearnerOnly(layers, loaded);
        }
        if (resume && loaded.settings().run().dir() == null) {
            throw new VerbException(ExitCode.USAGE, "--resume needs the run folder to go on with — add --run DIR");
        }
        if (loaded.settings().run().dir() == null) {
            String name = FOLDER.format(around.clock().instant().atZone(ZoneId.systemDefault()));
            loaded = layers.option("run.dir", "runs/" + name, "default").load();
        }
        return loaded;
    }

    /** Other processes do the rest, and must know the port. */
    private LoadedSettings asLearnerOnly(SettingsLoader layers, LoadedSettings loaded) {
        if (nodes == null || nodes < 1) {
            throw new VerbException(ExitCode.USAGE, "--nodes " + nodes + " — expected 1 or more");
        }
        if (loaded.settings().run().deterministic()) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--nodes and run.deterministic = true do not go together: several processes never sample in the same order twice");
        }
        if (loaded.settings().rollout().engine() == RolloutEngine.REMOTE) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--nodes and rollout.engine = remote do not go together: the servers sample, and this process asks them");
        }
        layers.option("cluster.roles", "[" + ClusterSettings.LEARNER + "]", "--nodes");
        if (loaded.settings().cluster().port() == 0 && !dryRun) {
            try (ServerSocket free = new ServerSocket(
                    0, 1, InetAddress.getByName(loaded.settings().cluster().host()))) {
                layers.option("cluster.port", Integer.toString(free.getLocalPort()), "--nodes");
            } catch (IOException e) {
                throw new VerbException(
                        ExitCode.FAILED,
                        "no port is free at cluster.host = "
                                + loaded.settings().cluster().host() + ": " + e.getMessage(),
                        e);
            }
        }
        return layers.load();
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
