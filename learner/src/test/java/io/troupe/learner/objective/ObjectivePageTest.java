package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ObjectivePageTest {

    @Test
    void thePageOfObjectivesIsMadeOfTheRows() throws IOException {
        Path page = Path.of("..", "docs", "objectives.md");

        assertThat(page)
                .as("docs/objectives.md; run `./troupe objectives --write`")
                .exists();
        assertThat(Files.readString(page))
                .as("docs/objectives.md is out of date; run `./troupe objectives --write` and commit it")
                .isEqualTo(ObjectivePage.markdown());
    }

    @Test
    void everyRowSaysWhereItComesFromAndHowSureItIs() {
        assertThat(ObjectivePresets.cards()).hasSize(33).allSatisfy(card -> {
            assertThat(card.title()).isNotBlank();
            assertThat(card.paper()).matches(paper -> paper.contains("arXiv") || paper.contains("verl and TRL"));
            assertThat(card.formula()).containsAnyOf("J", "min(");
            assertThat(card.certainty()).containsAnyOf("Certain", "High", "Medium", "Reconstructed");
        });
    }
}
