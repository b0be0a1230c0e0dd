package io.troupe.actors.cli;

import io.troupe.actors.bench.AsyncBenchmark;
import io.troupe.actors.bench.AsyncBenchmark.Side;
import io.troupe.actors.config.LoadedSettings;
import io.troupe.actors.config.SettingsText;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.Plugins;
import io.troupe.actors.node.RunFailedException;
import io.troupe.actors.node.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench async}: the same training with and without asynchrony. */
@Command(
        name = "async",
        header = "Trains twice with environments that wait, synchronously and asynchronously, and compares.",
        description = {
            "",
            "Both runs have the same settings but for train.staleness, and slots for all trajectories that may be in flight, so that the synchronous run overlaps its whole batch. docs/async.md has more."
        },
        footer = {
            "",
            "Examples:",
            "  troupe bench async",
            "  troupe bench async --latency-median 500ms --sigma 1.2 --updates 60 --staleness 2",
            "  troupe bench async my.conf --set train.batch-groups=12"
        })
final class BenchAsyncVerb implements Callable<Integer> {

    private static final int WARM_UP = 5;

    private final Surroundings around;

    @Mixin
    private ConfigurationOptions configuration;

    @Option(
            names = "--latency-median",
            paramLabel = "TIME",
            description = "Half of the environments' answers take longer (default: ${DEFAULT-VALUE}).")
    private String median = "1s";

    @Option(
            names = "--sigma",
            paramLabel = "S",
            description = "Standard deviation of the latency's logarithm (default: ${DEFAULT-VALUE}).")
    private double sigma = 1.0;

    @Option(names = "--updates", paramLabel = "N", description = "Updates of each run (default: ${DEFAULT-VALUE}).")
    private int updates = 60;

    @Option(
            names = "--staleness",
            paramLabel = "N",
            description = "Bound on the staleness of the asynchronous run (default: ${DEFAULT-VALUE}).")
    private int staleness = 4;

    @Option(names = "--out", paramLabel = "DIR", description = "Keep the run folders sync and async here.")
    private @Nullable Path out;

    BenchAsyncVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException, RunFailedException, InterruptedException {
        if (updates <= WARM_UP || staleness < 1) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--updates must be above " + WARM_UP + ", which are the warm-up, and --staleness 1 or more");
        }
        Path folder = out == null ? Files.createTempDirectory("troupe-bench") : out;
        Side synchronous = run("sync", 0, folder);
        Side asynchronous = run("async", staleness, folder);
        around.out().print(table(synchronous, asynchronous));
        around.out().println("The runs are in " + folder + ".");
        return ExitCode.DONE.code();
    }

    private Side run(String name, int bound, Path folder) throws IOException, RunFailedException, InterruptedException {
        TroupeSettings settings = settings(bound);
        var plan = new RunPlan(
                settings,
                folder.resolve(name),
                PolicyLocation.of(around, settings.policy().path()),
                false,
                SettingsText.of(settings));
        return AsyncBenchmark.run(plan, WARM_UP, new RunObserver() {
            @Override
            public void onStep(StepMetrics step) {
                around.err()
                        .printf(
                                Locale.ROOT,
                                "%s %d/%d: success %.2f, %.1f s%n",
                                name,
                                step.step(),
                                updates,
                                step.success(),
                                step.seconds());
            }
        });
    }

    private TroupeSettings settings(int bound) throws IOException, RunFailedException {
        TroupeSettings given = configuration.layers(null).load().settings();
        int flying =
                (staleness + 1) * given.train().batchGroups() * given.rollout().groupSize();
        LoadedSettings loaded = configuration
                .layers(null)
                .option("train.staleness", Integer.toString(bound), "--staleness")
                .option("train.steps", Integer.toString(updates), "--updates")
                .option("debug.environment-latency.median", median, "--latency-median")
                .option("debug.environment-latency.sigma", Double.toString(sigma), "--sigma")
                .option("verifier.step-timeout", "5m", "bench async")
                .option("rollout.slots", Integer.toString(flying), "bench async")
                .option("evaluation.before", "false", "bench async")
                .load();
        try (Plugins plugins = Plugins.open(loaded.settings().verifier())) {
            new TaskFamilySource(plugins.families()).check(loaded);
        }
        return loaded.settings();
    }

    private String table(Side synchronous, Side asynchronous) {
        var table = new StringBuilder();
        line(table, "", "synchronous", "asynchronous");
        row(table, "groups a minute", synchronous, asynchronous, side -> number(side.groupsPerMinute()));
        row(
                table,
                "the learner waits for a batch",
                synchronous,
                asynchronous,
                side -> number(side.trainerWaitSeconds()) + " s");
        row(
                table,
                "sampling pauses, an update",
                synchronous,
                asynchronous,
                side -> String.format(Locale.ROOT, "%.1f ms", side.samplerPauseSeconds() * 1e3));
        row(table, "an update takes", synchronous, asynchronous, side -> number(side.updateSeconds()) + " s");
        row(
                table,
                "staleness, mean and greatest",
                synchronous,
                asynchronous,
                side -> String.format(Locale.ROOT, "%.2f, %d", side.stalenessMean(), side.stalenessMax()));
        row(
                table,
                "groups given up",
                synchronous,
                asynchronous,
                side -> side.discarded().isEmpty()
                        ? "0"
                        : side.discarded().toString().replaceAll("[{}]", ""));
        row(table, "seconds of training", synchronous, asynchronous, side -> number(side.seconds()));
        for (String family : new TreeSet<>(synchronous.success().keySet())) {
            row(table, "success at " + family, synchronous, asynchronous, side -> success(side, family));
        }
        table.append(String.format(
                Locale.ROOT,
                "Asynchronous training makes %.2f times the groups a minute (latency: median %s, sigma %s; staleness %d).%n",
                asynchronous.groupsPerMinute() / synchronous.groupsPerMinute(),
                median,
                sigma,
                staleness));
        return table.toString();
    }

    private static String success(Side side, String family) {
        Double after = side.success().get(family).after();
        return after == null ? "not measured" : String.format(Locale.ROOT, "%.3f", after);
    }

    private static void row(
            StringBuilder table, String name, Side synchronous, Side asynchronous, Function<Side, String> words) {
        line(table, name, words.apply(synchronous), words.apply(asynchronous));
    }

    private static void line(StringBuilder table, String name, String left, String right) {
        table.append(String.format("%-38s %16s %16s%n", name, left, right));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
