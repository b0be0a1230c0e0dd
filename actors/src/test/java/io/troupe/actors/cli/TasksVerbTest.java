package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TasksVerbTest {

    @Test
    void listsEveryFamilyWithItsLevels() {
        var list = Invocation.of("tasks");

        assertThat(list.exitCode()).isZero();
        assertThat(list.out())
                .contains("logic/knights-and-knaves", "math/arithmetic", "agent/calculator", "levels 1 to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"logic/knights-and-knaves", "math/arithmetic", "agent/calculator"})
    void samplesAreTheSameForTheSameSeed(String family) throws IOException {
        var sample = Invocation.of("tasks", "sample", family, "--n", "3", "--seed", "5", "--split", "evaluation");

        assertThat(sample.exitCode()).isZero();
        assertThat(sample.out().lines()).hasSize(3);
        JsonNode first =
                JsonLines.JSON.readTree(sample.out().lines().findFirst().orElseThrow());
        assertThat(first.path("family").asText()).isEqualTo(family);
        assertThat(first.path("split").asText()).isEqualTo("evaluation");
        assertThat(first.path("gold").asText()).isNotEmpty();
        assertThat(first.at("/prompt/0/content").asText()).isNotEmpty();
        assertThat(Invocation.of("tasks", "sample", family, "--n", "3", "--seed", "5", "--split", "evaluation")
                        .out())
                .isEqualTo(sample.out());
    }

    @Test
    void whatIsNotThereIsNamedWithWhatIs() {
        var family = Invocation.of("tasks", "sample", "math/arithmetics");
        assertThat(family.exitCode()).isEqualTo(2);
        assertThat(family.err()).contains("there is no task family math/arithmetics — did you mean math/arithmetic?");

        var level = Invocation.of("tasks", "sample", "math/arithmetic", "--level", "99");
        assertThat(level.exitCode()).isEqualTo(2);
        assertThat(level.err()).contains("--level 99 is not on the scale of math/arithmetic — expected 1 to");

        var split = Invocation.of("tasks", "sample", "math/arithmetic", "--split", "test");
        assertThat(split.exitCode()).isEqualTo(2);
        assertThat(split.err()).contains("--split", "'test'");
    }
}
