package io.troupe.actors.cli;

import io.troupe.actors.node.Plugins;
import io.troupe.verifier.Corpus;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe demonstrate}. */
@Command(
        name = "demonstrate",
        header = "Prints demonstrations of training tasks as JSONL, for `troupe sft`.",
        description = {
            "",
            "Sound demonstrations work a task out; hasty ones guess, and are wrong. A corpus with both, as real ones are, makes a policy that"
                    + " knows how and often does not bother: what reinforcement learning can select."
        },
        footer = {
            "",
            "Example:",
            "  troupe demonstrate --family math/arithmetic --family logic/knights-and-knaves@2=3 --hasty 0.5 --n 1000 > data.jsonl"
        })
final class DemonstrateVerb implements Callable<Integer> {

    private static final Pattern PART = Pattern.compile("([^@=]+)(?:@([0-9]+))?(?:=([0-9.]+))?");

    private final Surroundings around;

    @Option(
            names = "--family",
            required = true,
            paramLabel = "ID[@LEVEL][=WEIGHT]",
            description = "A family of tasks, its level and how often it is drawn; may be given several times.")
    private List<String> parts = new ArrayList<>();

    @Option(
            names = "--hasty",
            defaultValue = "0.5",
            description = "The share of hasty demonstrations, 0 to 1 (default ${DEFAULT-VALUE}).")
    private double hasty;

    @Option(
            names = "--options",
            paramLabel = "JSON",
            defaultValue = "{}",
            description =
                    "The family's options, as in a configuration's tasks; for a single --family (default: ${DEFAULT-VALUE}).")
    private String options = "{}";

    @Option(names = "--n", required = true, description = "How many.")
    private long count;

    @Option(names = "--seed", defaultValue = "1", description = "The seed (default ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private FamilyOption familyOption = new FamilyOption();

    DemonstrateVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        try (Plugins plugins = familyOption.open()) {
            List<Corpus.Part> drawn =
                    parts.stream().map(part -> part(plugins.families(), part)).toList();
            var writer = new BufferedWriter(new OutputStreamWriter(around.out(), StandardCharsets.UTF_8));
            new Corpus(drawn, seed).write(count, writer);
            return ExitCode.DONE.code();
        }
    }

    private Corpus.Part part(TaskFamilies families, String text) {
        Matcher matcher = PART.matcher(text);
        if (!matcher.matches()) {
            throw new VerbException(ExitCode.USAGE, "--family " + text + " is not of the form ID[@LEVEL][=WEIGHT]");
        }
        if (!options.equals("{}") && parts.size() > 1) {
            throw new VerbException(ExitCode.USAGE, "--options is for one --family, not for " + parts.size());
        }
        TaskFamily family = new TaskFamilySource(families).configured(matcher.group(1), options);
        int level = matcher.group(2) == null ? family.levels().initial() : Integer.parseInt(matcher.group(2));
        double weight = matcher.group(3) == null ? 1 : Double.parseDouble(matcher.group(3));
        return new Corpus.Part(family, level, weight, hasty);
    }
}
