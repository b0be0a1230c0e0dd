package io.troupe.actors.cli;

import io.troupe.learner.objective.ObjectiveCard;
import io.troupe.learner.objective.ObjectivePage;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code troupe objectives}: the rows of the table of objectives, or all choices of one. */
@Command(
        name = "objectives",
        header = "Lists the objectives that a policy can be trained with, or shows one.",
        footer = {
            "",
            "Examples:",
            "  troupe objectives                                 all of them",
            "  troupe objectives dapo                            formula, certainty and every choice of one",
            "  troupe train my.conf --set objective.name=dapo    trains with it"
        })
final class ObjectivesVerb implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The objective to show.")
    private @Nullable String name;

    @Option(
            names = "--write",
            hidden = true,
            arity = "0..1",
            fallbackValue = "docs/objectives.md",
            paramLabel = "FILE",
            description =
                    "Writes the page about all of them (default: docs/objectives.md). For those who work on Troupe.")
    private @Nullable Path page;

    ObjectivesVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws IOException {
        Path file = page;
        String row = name;
        if (file != null) {
            Files.writeString(file, ObjectivePage.markdown());
            around.out().println("wrote " + file);
        } else if (row != null) {
            show(row);
        } else {
            ObjectivePresets.cards().forEach(this::list);
            around.out().println("\ntroupe objectives NAME shows one; docs/objectives.md has all.");
        }
        return ExitCode.DONE.code();
    }

    private void list(ObjectiveCard card) {
        around.out().println(String.format(Locale.ROOT, "%-30s %-36s %s", card.name(), card.title(), card.paper()));
    }

    private void show(String row) {
        PrintStream out = around.out();
        ObjectiveCard card;
        try {
            card = ObjectivePresets.card(row);
        } catch (ObjectiveSettingsException e) {
            throw new VerbException(ExitCode.USAGE, e.getMessage(), e);
        }
        out.println(card.title() + " — " + card.paper() + "\n");
        card.formula().lines().forEach(line -> out.println("    " + line));
        out.println("\n" + card.certainty());
        if (!card.notes().isEmpty()) {
            out.println(card.notes());
        }
        out.println("\nChoices (* differs from grpo):");
        var grpo = ObjectivePresets.named("grpo").asMap();
        ObjectivePresets.named(row)
                .asMap()
                .forEach((key, value) -> out.println(String.format(
                        Locale.ROOT,
                        "  %s objective.%s = %s",
                        Objects.equals(value, grpo.get(key)) ? " " : "*",
                        key,
                        value)));
    }
}
