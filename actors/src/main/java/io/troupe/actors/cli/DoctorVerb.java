package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.cli.Checkup.Finding;
import io.troupe.actors.cli.Checkup.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code troupe doctor}. */
@Command(
        name = "doctor",
        header = "Says what Troupe finds on this machine, and what is missing.",
        description = {"", "Ends with 0, or with 1 if something is missing without which nothing can be trained."},
        footer = {"", "Examples:", "  troupe doctor", "  troupe doctor --json"})
final class DoctorVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(names = "--json", description = "One JSON object a line: check, state, found, advice.")
    private boolean json;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "The folder whose disk is looked at (default: ${DEFAULT-VALUE}).")
    private Path runs = Path.of("runs");

    DoctorVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        List<Finding> findings = Checkup.of(around.environment(), runs);
        int width = findings.stream()
                .mapToInt(finding -> finding.name().length())
                .max()
                .orElse(0);
        for (Finding finding : findings) {
            around.out().println(json ? object(finding) : line(finding, width));
        }
        boolean missing = findings.stream().anyMatch(finding -> finding.state() == State.MISSING);
        return (missing ? ExitCode.FAILED : ExitCode.DONE).code();
    }

    private static String line(Finding finding, int width) {
        String line = String.format(
                Locale.ROOT, "%-8s %-" + width + "s  %s", word(finding.state()), finding.name(), finding.found());
        return finding.advice().isEmpty() ? line : line + " — " + finding.advice();
    }

    private static ObjectNode object(Finding finding) {
        return JsonLines.JSON
                .createObjectNode()
                .put("check", finding.name())
                .put("state", word(finding.state()))
                .put("found", finding.found())
                .put("advice", finding.advice());
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
