package io.troupe.actors.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.learner.objective.ObjectivePresets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {

    @Test
    void theDocumentedKeysAreThoseOfTheProgram() throws IOException {
        Path page = Path.of("..", "docs", "configuration.md");

        assertThat(page).as("docs/configuration.md; run `./troupe config-docs`").exists();
        assertThat(Files.readString(page))
                .as("docs/configuration.md is out of date; run `./troupe config-docs` and commit it")
                .isEqualTo(SettingsReference.markdown());
    }

    @Test
    void everyKeyOfTheObjectiveIsListed() {
        String page = SettingsReference.markdown();

        ObjectivePresets.named("tr-grpo")
                .asMap()
                .keySet()
                .forEach(key -> assertThat(page).contains("| `objective." + key + "` |"));
    }
}
