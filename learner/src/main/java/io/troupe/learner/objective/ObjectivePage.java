package io.troupe.learner.objective;

import java.util.Objects;
import java.util.stream.Collectors;

/** {@code docs/objectives.md}: every row of the table with its paper, formula, certainty and choices, made from the rows themselves. */
public final class ObjectivePage {

    private static final String HEAD = """
            # The objectives

            Every algorithm here is a choice of the same parts: advantage estimator, token weight, trust region, off-policy correction, regulariser, token
            selection, aggregation. `objective.name` picks a row; any other key under `objective` changes one choice of it (`./troupe train my.conf --set
            objective.name=dapo --set objective.weight.form=centred-slope`), and a combination that cannot mean anything is refused with the reason.
            [objective.md](objective.md) lists every switch. `./troupe objectives NAME` prints all choices of a row.

            π_θ is the policy being updated, π_prox the policy right before the batch's first update, π_behav the one that sampled the token; p is the token's
            probability under π_θ, u = π_θ/π_prox, r = π_θ/π_behav, b = π_prox/π_behav (cut at 2 where a row does not say otherwise), sg a constant to the derivative.
            Advantages, weights and b are constants to the derivative throughout.

            **A result is that of our row, never of the paper.** What is reconstructed or ours is said with each.

            <!-- Made from the rows in learner/src/main/java/io/troupe/learner/objective by `./troupe objectives --write`. Change those files, not this one. -->

            """;

    private ObjectivePage() {}

    /**
     * The whole page, as Markdown.
     *
     * @return the text
     */
    public static String markdown() {
        var page = new StringBuilder(HEAD);
        page.append("| name | | source |\n|---|---|---|\n");
        for (var card : ObjectivePresets.cards()) {
            page.append(String.join(
                            " | ", "| [`" + card.name() + "`](#" + card.name() + ")", card.title(), card.paper()))
                    .append(" |\n");
        }
        ObjectivePresets.cards().forEach(card -> section(page, card));
        return page.toString();
    }

    private static void section(StringBuilder page, ObjectiveCard card) {
        page.append("\n## ").append(card.name()).append("\n\n");
        page.append("**")
                .append(card.title())
                .append("** — ")
                .append(card.paper())
                .append("\n\n");
        card.formula().lines().forEach(line -> page.append("    ").append(line).append('\n'));
        page.append("\n*").append("How sure.* ").append(card.certainty()).append("\n\n");
        if (!card.notes().isEmpty()) {
            page.append(card.notes()).append("\n\n");
        }
        page.append(choices(card.name())).append('\n');
    }

    /**
     * The choices in which a row differs from GRPO's.
     *
     * @param name the row
     * @return one line
     */
    private static String choices(String name) {
        var grpo = ObjectivePresets.named("grpo").asMap();
        String changed = ObjectivePresets.named(name).asMap().entrySet().stream()
                .filter(choice -> !Objects.equals(choice.getValue(), grpo.get(choice.getKey())))
                .map(choice -> "`" + choice.getKey() + " = " + choice.getValue() + "`")
                .collect(Collectors.joining(", "));
        if (changed.isEmpty()) {
            return name.equals("grpo")
                    ? "The other rows are given as differences from this one."
                    : "Choices: those of `grpo`.";
        }
        return "Choices: those of `grpo`, but " + changed + ".";
    }
}
