package io.troupe.actors.cli;

import io.troupe.verifier.Levels;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    TasksVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        List<TaskFamily> families = new TaskFamilySource().all();
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
        return ExitCode.DONE.code();
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

        Sample(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() {
            new TaskFamilySource().get(family);
            TaskFamily chosen = TaskFamilies.load()
                    .configured(List.of(new TaskFamilies.Entry(family, family, options)))
                    .get(family);
            int wanted = TaskFamilySource.level(chosen, level);
            if (count < 1) {
                throw new VerbException(ExitCode.USAGE, "--n " + count + " — expected at least 1");
            }
            for (int index = 0; index < count; index++) {
                around.out().println(TaskJson.write(chosen.task(split, seed, index, wanted)));
            }
            return ExitCode.DONE.code();
        }
    }
}
