package io.troupe.actors.cli;

import io.troupe.actors.config.SettingsText;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunPlan;
import io.troupe.actors.node.RunSummary;
import io.troupe.actors.node.TrainingRun;
import io.troupe.actors.study.ChildProcesses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe study-cell}: one run of a study, in a process that a study started. */
@Command(
        name = "study-cell",
        hidden = true,
        header = "Runs one cell of a study; a study starts it. Ends when its standard input does.",
        footer = {"", "Example:", "  troupe study-cell cell.conf --run runs/default/grpo/seed-1 < /dev/tty"})
final class StudyCellVerb implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(StudyCellVerb.class);

    private final Surroundings around;

    @Mixin
    private ConfigurationOptions configuration;

    @Option(names = "--run", required = true, paramLabel = "DIR", description = "The run folder.")
    private Path run = Path.of(".");

    @Option(names = "--resume", description = "Go on from the last checkpoint of the run folder.")
    private boolean resume;

    StudyCellVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        TroupeSettings settings = configuration
                .layers(null)
                .option("run.dir", run.toString(), "--run")
                .load()
                .settings();
        var plan = new RunPlan(
                settings, run, PolicyLocation.of(around, settings.policy().path()), resume, SettingsText.of(settings));
        TrainingRun training = TrainingRun.of(plan, new RunObserver() {
            @Override
            public void onStep(StepMetrics step) {
                around.out().println(ChildProcesses.UPDATE + step.step());
            }
        });
        Interrupts.leaveToParent();
        var parent = new Thread(() -> listen(training), "troupe-study-parent");
        parent.setDaemon(true);
        parent.start();
        RunSummary summary = training.execute();
        return (summary.ending() == RunSummary.Ending.STOPPED ? ExitCode.INTERRUPTED : ExitCode.DONE).code();
    }

    /** Until the parent is gone: then nobody wants this run any more, and what it saved last is gone on from. */
    private void listen(TrainingRun training) {
        try (var in = new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(ChildProcesses.STOP)) {
                    training.stop();
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot hear the study any more", e);
        }
        Runtime.getRuntime().halt(ExitCode.FAILED.code());
    }
}
