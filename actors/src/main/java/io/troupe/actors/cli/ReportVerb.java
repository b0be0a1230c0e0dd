package io.troupe.actors.cli;

import io.troupe.actors.view.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code troupe report}. */
@Command(
        name = "report",
        header = "Makes report.html of a run anew, also while the run goes on.",
        footer = {"", "Example:", "  troupe report runs/first"})
final class ReportVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "RUN", description = "The run folder.")
    private Path run = Path.of(".");

    ReportVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(run.resolve("metrics.jsonl"))) {
            throw new VerbException(
                    ExitCode.USAGE, run + " is no run folder: there is no metrics.jsonl in it — check the path");
        }
        around.out().println(Report.write(run));
        return ExitCode.DONE.code();
    }
}
