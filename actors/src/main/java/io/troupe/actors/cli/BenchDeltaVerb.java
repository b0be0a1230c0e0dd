package io.troupe.actors.cli;

import io.troupe.actors.bench.DeltaBench;
import io.troupe.actors.bench.DeltaBench.Difference;
import io.troupe.actors.bench.DeltaBench.Plan;
import io.troupe.actors.node.Plugins;
import io.troupe.verifier.Corpus;
import io.troupe.verifier.TaskFamily;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench delta}. */
@Command(
        name = "delta",
        header = "How small the difference of two versions is after an optimiser step.",
        description = {
            "",
            "Makes AdamW steps on demonstrations of training tasks, stores the policy before and after each, and packs the difference as the weight server"
                    + " does, with and without sorting bytes into planes first."
        },
        footer = {
            "",
            "Examples:",
            "  troupe bench delta",
            "  troupe bench delta --policy model.gguf --batch 4 --steps 3"
        })
final class BenchDeltaVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--policy",
            paramLabel = "DIR",
            defaultValue = "embedded",
            description = "The policy, as other verbs take it (default ${DEFAULT-VALUE}).")
    private String policy = "embedded";

    @Option(
            names = "--family",
            paramLabel = "ID",
            defaultValue = "math/arithmetic",
            description = "Whose demonstrations are learned from (default ${DEFAULT-VALUE}).")
    private String family = "";

    @Option(names = "--batch", defaultValue = "32", description = "Demonstrations a step (default ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--steps", defaultValue = "3", description = "Steps, each measured (default ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--learning-rate", defaultValue = "1e-6", description = "AdamW's (default ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(names = "--level", defaultValue = "1", description = "Zstandard's, 1 to 19 (default ${DEFAULT-VALUE}).")
    private int level;

    @Option(names = "--folder", paramLabel = "DIR", description = "Where the files are for a while.")
    private @Nullable Path folder;

    @Mixin
    private FamilyOption familyOption = new FamilyOption();

    BenchDeltaVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        if (batch < 1 || steps < 1 || level < 1 || level > 19 || !(learningRate > 0)) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "--batch and --steps must be at least 1, --level within 1 and 19, --learning-rate above 0");
        }
        Path parent = folder == null ? Path.of(System.getProperty("java.io.tmpdir")) : Files.createDirectories(folder);
        Path work = Files.createTempDirectory(parent, "troupe-bench-");
        try {
            var plan = new Plan(
                    PolicyLocation.of(around, policy), demonstrations(), batch, steps, learningRate, level, work);
            List<Difference> differences = DeltaBench.run(plan, around.err()::println);
            line(
                    "%4s  %-9s %13s %9s %21s %21s %7s %7s",
                    "step",
                    "precision",
                    "whole, bytes",
                    "changed",
                    "xor, packed",
                    "planes, packed",
                    "made, s",
                    "used, s");
            differences.forEach(this::print);
        } finally {
            delete(work);
        }
        return ExitCode.DONE.code();
    }

    private List<String> demonstrations() throws Exception {
        try (Plugins plugins = familyOption.open()) {
            TaskFamily shown = new TaskFamilySource(plugins.families()).get(family);
            var lines = new StringWriter();
            new Corpus(List.of(new Corpus.Part(shown, shown.levels().initial(), 1, 0)), 1)
                    .write((long) batch * steps, lines);
            return lines.toString().lines().toList();
        }
    }

    private void print(Difference difference) {
        line(
                "%4d  %-9s %,13d %8.2f%% %,12d %7.2f%% %,12d %7.2f%% %7.2f %7.2f",
                difference.step(),
                difference.precision().word(),
                difference.wholeBytes(),
                100 * difference.changedWords(),
                difference.plainBytes(),
                100.0 * difference.plainBytes() / difference.wholeBytes(),
                difference.deltaBytes(),
                100.0 * difference.deltaBytes() / difference.wholeBytes(),
                difference.makeSeconds(),
                difference.applySeconds());
    }

    private void line(String format, Object... values) {
        around.out().println(String.format(Locale.ROOT, format, values));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
