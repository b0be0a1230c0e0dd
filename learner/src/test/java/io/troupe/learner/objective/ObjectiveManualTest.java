package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page that lists the switches lists all of them. */
class ObjectiveManualTest {

    @Test
    void theManualNamesEverySwitchWithItsDefault() throws IOException {
        List<String> manual = Files.readAllLines(Path.of("../docs/objective.md"));
        ObjectivePresets.named("tr-grpo")
                .asMap()
                .forEach((key, value) ->
                        assertThat(manual).anyMatch(line -> line.startsWith("| `" + key + "` | `" + value + "` |")));
        for (var form : WeightForm.values()) {
            assertThat(manual).anyMatch(line -> line.contains("| `" + SettingKeys.word(form) + "` |"));
        }
    }
}
