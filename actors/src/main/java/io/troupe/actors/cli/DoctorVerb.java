package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.cli.Checkup.Finding;
import io.troupe.actors.cli.Checkup.State;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.policy.DeviceUnavailableException;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe doctor}. */
@Command(
        name = "doctor",
        header = "Says what Troupe finds on this machine, and what is missing.",
        description = {
            "",
            "Ends with 0, or with 1 if something is missing without which nothing can be trained.",
            "With a policy or a configuration it also reckons what sampling and training take in memory."
        },
        footer = {
            "",
            "Examples:",
            "  troupe doctor",
            "  troupe doctor --json",
            "  troupe doctor --policy DIR                      what a run with it takes in memory, and whether that fits",
            "  troupe doctor my.conf --set train.lora.rank=16"
        })
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

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(
            names = "--policy",
            paramLabel = "DIR",
            description = "Also look at this policy: a directory, a .gguf file, hf:OWNER/NAME, or embedded.")
    private @Nullable String policy;

    DoctorVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var findings = new ArrayList<>(Checkup.of(around.environment(), runs));
        if (policy != null || configuration.isGiven()) {
            findings.addAll(memory());
        }
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

    /** What a run would take; a policy that cannot be opened is a finding too. */
    private List<Finding> memory() {
        SettingsLoader layers = configuration.layers(null);
        if (policy != null) {
            layers.option("policy.path", policy, "--policy");
        }
        TroupeSettings settings = layers.load().settings();
        Path path = PolicyLocation.of(around, settings.policy().path());
        try (Policy opened = Policy.openForTraining(
                path,
                settings.policy().arithmetic(),
                settings.train().lora().adapters(),
                settings.run().seed())) {
            return PolicyCheckup.of(settings, opened);
        } catch (PolicyFormatException | DeviceUnavailableException e) {
            return List.of(new Finding("policy", State.MISSING, String.valueOf(e.getMessage()), ""));
        }
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
