package io.troupe.actors.cli;

import io.troupe.actors.config.LoadedStudy;
import io.troupe.actors.config.StudySettings;
import io.troupe.actors.node.Plugins;
import io.troupe.actors.node.RunFailedException;
import io.troupe.actors.study.CellResult;
import io.troupe.actors.study.ChildProcesses;
import io.troupe.actors.study.Inventory;
import io.troupe.actors.study.StudyException;
import io.troupe.actors.study.StudyPlan;
import io.troupe.actors.study.StudyRun;
import io.troupe.actors.view.StudyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe study}. */
@Command(
        name = "study",
        header = "Compares variants over tasks and seeds, with confidence intervals and tests.",
        description = {
            "",
            "Runs every variant on every set of tasks with every seed, each in a process of its own, and writes study.md and study.html. The same command",
            "goes on where it was ended: Ctrl-C saves, a second one ends at once. How to write a study, and what its numbers mean, is in docs/study.md."
        },
        footer = {
            "",
            "Examples:",
            "  troupe study examples/tr-grpo-study.conf --dry-run",
            "  troupe study examples/tr-grpo-study.conf --set seeds=[1,2,3]",
            "  troupe study examples/tr-grpo-study.conf --report-only"
        })
final class StudyVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "CONFIG", description = "The study, in HOCON.")
    private Path file = Path.of(".");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one key of the study, such as parallel=2 or base.train.steps=50. As often as you like.")
    private List<String> assignments = new ArrayList<>();

    @Option(names = "--dry-run", description = "List the runs and how far they are, and end.")
    private boolean dryRun;

    @Option(names = "--report-only", description = "Write the report from the results that there are, and end.")
    private boolean reportOnly;

    @Option(names = "--restart-changed", description = "Run again what was run with another configuration.")
    private boolean restartChanged;

    @Option(names = "--retry-failed", description = "Try the runs that failed again.")
    private boolean retryFailed;

    @Option(names = "--plain", description = "Plain lines instead of the live view, also in a terminal.")
    private boolean plain;

    StudyVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException, RunFailedException, InterruptedException {
        LoadedStudy study = LoadedStudy.read(file, assignments);
        check(study);
        StudyPlan plan = StudyPlan.of(study);
        if (dryRun) {
            list(plan);
            return ExitCode.DONE.code();
        }
        if (reportOnly) {
            return report(plan);
        }
        try (var progress = new StudyProgress(around, plan, around.live() && !plain)) {
            var running = new StudyRun(
                    plan,
                    new ChildProcesses(TroupeCommand.class.getName(), "study-cell"),
                    progress,
                    new StudyRun.Options(restartChanged, retryFailed),
                    TroupeVersion.line(),
                    around.clock());
            Interrupts.handle(running::stop, around.err());
            List<CellResult> results = running.execute();
            return ended(plan, results);
        } catch (StudyException e) {
            throw new VerbException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    /** Refuses families and levels that there are not, before anything is run. */
    private static void check(LoadedStudy study) throws IOException, RunFailedException {
        StudySettings settings = study.settings();
        for (StudySettings.Layer tasks : settings.tasks()) {
            for (StudySettings.Layer variant : settings.variants()) {
                var loaded = study.cell(tasks, variant, settings.seeds().get(0));
                try (Plugins plugins = Plugins.open(loaded.settings().verifier())) {
                    new TaskFamilySource(plugins.families()).check(loaded);
                }
            }
        }
    }

    private void list(StudyPlan plan) throws IOException {
        for (Inventory.Entry entry : Inventory.look(plan)) {
            String detail = entry.detail().isEmpty() ? "" : ": " + entry.detail();
            around.out().println(entry.cell().name() + "  " + entry.state().words() + detail);
        }
    }

    private int report(StudyPlan plan) throws IOException {
        List<CellResult> results = Inventory.results(plan);
        if (results.isEmpty()) {
            throw new VerbException(
                    ExitCode.USAGE,
                    "there are no results yet: no " + plan.results() + ", nor a .gz of it — run the study first");
        }
        around.out().println(StudyReport.write(plan, results));
        return ExitCode.DONE.code();
    }

    private int ended(StudyPlan plan, List<CellResult> results) throws IOException {
        Path page = StudyReport.write(plan, results);
        int left = plan.cells().size() - plan.recorded(results);
        long failed = results.stream().filter(result -> !result.isDone()).count();
        if (left > 0) {
            around.out().println("Runs left: " + left + "; the same command goes on.");
            return ExitCode.INTERRUPTED.code();
        }
        around.out()
                .println("See " + page
                        + (failed == 0 ? "" : "; " + "failed runs: " + failed + ", --retry-failed tries again"));
        return (failed == 0 ? ExitCode.DONE : ExitCode.FAILED).code();
    }
}
