package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.config.LoadedSettings;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.node.HeldOutEvaluation;
import io.troupe.actors.node.HeldOutEvaluation.Score;
import io.troupe.actors.node.MemoryNeeds;
import io.troupe.actors.node.Plugins;
import io.troupe.policy.Policy;
import io.troupe.verifier.TaskFamilies;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe eval}: success on held-out tasks. */
@Command(
        name = "eval",
        header = "Measures a policy on held-out tasks.",
        description = {
            "",
            "Tasks and sampling are those of a run with the same configuration: with a run's config.conf the numbers are the run's own."
        },
        footer = {
            "",
            "Examples:",
            "  troupe eval --policy embedded",
            "  troupe eval --policy runs/first --family math/arithmetic --tasks 1000",
            "  troupe eval runs/first/config.conf --policy runs/first --json"
        })
final class EvalVerb implements Callable<Integer> {

    private final Surroundings around;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(
            names = "--policy",
            paramLabel = "DIR",
            description =
                    "A policy directory, a .gguf file, a run folder (its last checkpoint), or embedded (default: policy.path).")
    private @Nullable String policy;

    @Option(names = "--tasks", paramLabel = "N", description = "Tasks a family (evaluation.tasks).")
    private @Nullable String tasks;

    @Option(names = "--family", paramLabel = "FAMILY", description = "This family only.")
    private @Nullable String family;

    @Option(names = "--json", description = "The result as one JSON object.")
    private boolean json;

    EvalVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        SettingsLoader layers = configuration.layers(null);
        if (tasks != null) {
            layers.option("evaluation.tasks", tasks, "--tasks");
        }
        if (policy != null) {
            layers.option("policy.path", policy, "--policy");
        }
        LoadedSettings loaded = layers.load();
        try (Plugins plugins = Plugins.open(loaded.settings().verifier())) {
            var families = new TaskFamilySource(plugins.families());
            if (family != null
                    && loaded.settings().tasks().stream()
                            .noneMatch(task -> task.called().equals(family))) {
                int level = families.get(family).levels().initial();
                loaded = layers.option("tasks", "[{family = \"" + family + "\", level = " + level + "}]", "--family")
                        .load();
            }
            families.check(loaded);
            return measure(loaded, plugins);
        }
    }

    private int measure(LoadedSettings loaded, Plugins plugins) {
        TaskFamilies families = plugins.families().configured(loaded.settings().families());
        var evaluation =
                new HeldOutEvaluation(loaded.settings(), families, name -> family == null || family.equals(name));
        try (Policy opened = Policy.open(
                PolicyLocation.of(around, loaded.settings().policy().path()),
                loaded.settings().policy().arithmetic())) {
            var rollout = loaded.settings().rollout();
            MemoryGate.require(
                    MemoryNeeds.sampling(
                            rollout.computeDevice(), opened, rollout.slots(), rollout.maxTrajectoryTokens()),
                    "Less is needed with policy.precision = bfloat16, and lower rollout.slots or rollout.max-trajectory-tokens");
            Interrupts interrupts = Interrupts.handle(() -> {}, around.err());
            SortedMap<String, Score> scores = evaluation.run(opened, families, this::progress, interrupts::came);
            around.out().print(json ? object(scores) + "\n" : table(scores));
            return interrupts.came() ? ExitCode.INTERRUPTED.code() : ExitCode.DONE.code();
        }
    }

    private void progress(int done, int total) {
        if (around.live()) {
            around.err().print("\r" + done + "/" + total + " tasks" + (done == total ? "\r\u001b[K" : ""));
            around.err().flush();
        }
    }

    private static ObjectNode object(SortedMap<String, Score> scores) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        ObjectNode families = json.putObject("families");
        scores.forEach((name, score) -> families.putObject(name)
                .put("success", score.success())
                .put("judged", score.judged())
                .put("failed", score.failed()));
        return json;
    }

    private static String table(SortedMap<String, Score> scores) {
        int width = scores.keySet().stream().mapToInt(String::length).max().orElse(0);
        var table = new StringBuilder();
        scores.forEach((name, score) -> {
            table.append(name).append(" ".repeat(width - name.length() + 2));
            table.append(String.format(
                    Locale.ROOT, "%.3f  (%d of %d tasks", score.success(), score.solved(), score.judged()));
            table.append(score.failed() > 0 ? "; " + score.failed() + " could not be judged)\n" : ")\n");
        });
        return table.toString();
    }
}
