package io.troupe.actors.cli;

import io.troupe.actors.node.Plugins;
import io.troupe.verifier.Levels;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskFamily;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe tasks}: lists the families; {@code tasks sample} prints tasks. */
@Command(
        name = "tasks",
        header = "Lists the task families, or prints sample tasks.",
        subcommands = TasksVerb.Sample.class,
        commandListHeading = "%nVerbs:%n",
        footer = {"", "Examples:", "  troupe tasks", "  troupe tasks sample math/arithmetic --n 3 --level 2"})
final class TasksVerb implements Callable<Integer> {

    private final Surroundings around;

    @Mixin
    private FamilyOption familyOption = new FamilyOption();

    TasksVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        try (Plugins plugins = familyOption.open()) {
            list(plugins.families().all());
            return ExitCode.DONE.code();
        }
    }

    private void list(List<TaskFamily> families) {
        int width =
                families.stream().mapToInt(family -> family.id().length()).max().orElse(0);
        for (TaskFamily family : families) {
            Levels levels = family.levels();
            around.out().println(family.id() + " ".repeat(width - family.id().length() + 2) + family.summary());
            around.out()
                    .println(" ".repeat(width + 2) + "levels " + levels.min() + " to " + levels.max() + ": "
                            + levels.meaning());
            List<String> options = family.optionKeys();
            if (!options.isEmpty()) {
                around.out().println(" ".repeat(width + 2) + "options " + String.join(", ", options));
            }
        }
    }

    /** {@code troupe tasks sample}. */
    @Command(
            name = "sample",
            header = "Prints tasks of a family as JSON Lines, each with the gold that its grader needs.",
            footer = {
                "",
                "Examples:",
                "  troupe tasks sample logic/knights-and-knaves",
                "  troupe tasks sample math/arithmetic --n 100 --level 3 --split evaluation > tasks.jsonl"
            })
    static final class Sample implements Callable<Integer> {

        private final Surroundings around;

        @Parameters(paramLabel = "FAMILY", description = "The family's name, as `troupe tasks` lists it.")
        private String family = "";

        @Option(
                names = {"-n", "--n"},
                paramLabel = "N",
                defaultValue = "1",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int count;

        @Option(names = "--seed", defaultValue = "1", description = "The stream of tasks (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Option(names = "--level", description = "How hard (default: where the family begins).")
        private @Nullable Integer level;

        @Option(
                names = "--split",
                defaultValue = "train",
                description = "train or evaluation (default: ${DEFAULT-VALUE}).")
        private Split split = Split.TRAIN;

        @Option(
                names = "--options",
                paramLabel = "JSON",
                defaultValue = "{}",
                description = "The family's options, as in a configuration's tasks (default: ${DEFAULT-VALUE}).")
        private String options = "{}";

        @Mixin
        private FamilyOption familyOption = new FamilyOption();

        Sample(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws Exception {
            if (count < 1) {
                throw new VerbException(ExitCode.USAGE, "--n " + count + " — expected at least 1");
            }
            try (Plugins plugins = familyOption.open()) {
                TaskFamily chosen = new TaskFamilySource(plugins.families()).configured(family, options);
                int wanted = TaskFamilySource.level(chosen, level);
                for (int index = 0; index < count; index++) {
                    around.out().println(TaskJson.write(chosen.task(split, seed, index, wanted)));
                }
                return ExitCode.DONE.code();
            }
        }
    }
}
