package io.troupe.verifier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Message;
import io.troupe.verifier.Options;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.TaskFamilyConformance;
import net.jqwik.api.Example;

class HermesCalculatorTest extends TaskFamilyConformance {

    private final TaskFamily family =
            new Calculator().configured(Options.bind(CalculatorOptions.class, "{\"tool-format\":\"hermes\"}"));

    @Override
    protected TaskFamily family() {
        return family;
    }

    @Override
    protected String content(Task task) {
        String question = task.prompt().get(1).content();
        return question.substring("What is ".length(), question.length() - 1);
    }

    @Example
    void listsTheCalculatorForThePolicy() {
        Message system = family.task(Split.TRAIN, 1, 0, 1).prompt().get(0);

        assertThat(system.content())
                .contains("<tools>\n{\"type\": \"function\", \"function\": {\"name\": \"calculator\"");
    }

    @Example
    void asksTheSameAsWithTags() {
        Task tagged = new Calculator().task(Split.TRAIN, 1, 0, 1);
        Task hermes = family.task(Split.TRAIN, 1, 0, 1);

        assertThat(hermes.prompt().get(1)).isEqualTo(tagged.prompt().get(1));
        assertThat(hermes.gold()).isEqualTo(tagged.gold());
        assertThat(new Calculator()
                        .configured(Options.bind(CalculatorOptions.class, ""))
                        .task(Split.TRAIN, 1, 0, 1))
                .isEqualTo(tagged);
    }
}
