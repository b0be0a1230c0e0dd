package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example plug-in as its users have it: a jar that its own pom built, in a folder that the command line or a configuration names. */
class ExamplePluginIT {

    private static final Path JAR = Path.of("target/examples/plugin-mastermind/target/plugin-mastermind-1.0.jar");

    @TempDir
    Path folder;

    @BeforeEach
    void dropTheJar() throws IOException {
        assertThat(JAR)
                .as("what the invoker plug-in builds before Failsafe runs")
                .exists();
        Files.createDirectory(folder.resolve("plugins"));
        Files.copy(JAR, folder.resolve("plugins/plugin-mastermind-1.0.jar"));
    }

    @Test
    void itsTasksAreListedSampledAndPlayed() {
        String plugins = folder.resolve("plugins").toString();
        assertThat(Invocation.of("tasks", "--plugins", plugins).out())
                .contains("example/mastermind")
                .contains("options guesses, digits");
        var sampled = Invocation.of("tasks", "sample", "example/mastermind", "--plugins", plugins, "--n", "3");
        assertThat(sampled.out().lines()).as(sampled.err()).hasSize(3).allMatch(line -> line.contains("Find my code"));
        var played = Invocation.withInput(
                "<guess>11</guess>\n.\n<guess>77</guess>\n.\n",
                "play",
                "example/mastermind",
                "--plugins",
                plugins,
                "--options",
                "{\"guesses\": 2}",
                "--n",
                "1");
        assertThat(played.out()).as(played.err()).contains("in place").contains("1 played");
        var refused = Invocation.withInput(
                "", "play", "example/mastermind", "--plugins", plugins, "--options", "{\"guesses\": 0}");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("guesses must be at least 1, not 0");
    }

    @Test
    void aPolicyIsTrainedOnItAndEveryComponentOfItsRewardIsLogged() throws IOException {
        Path config = Files.writeString(folder.resolve("run.conf"), """
                troupe {
                  verifier.plugins = "%s"
                  tasks = [ { family = "example/mastermind", options { guesses = 2, digits = 3 } } ]
                  rollout { group-size = 4, max-turns = 3, max-turn-tokens = 12 }
                  train { steps = 2, batch-groups = 2 }
                  evaluation { tasks = 4, before = false }
                }
                """.formatted(folder.resolve("plugins")));
        var train = Invocation.of(
                "train",
                config.toString(),
                "--plain",
                "--run",
                folder.resolve("run").toString());
        assertThat(train.exitCode()).as(train.err()).isZero();
        List<String> steps = Files.readAllLines(folder.resolve("run/metrics.jsonl")).stream()
                .filter(line -> line.contains("\"kind\":\"step\""))
                .toList();
        assertThat(steps).hasSize(2);
        JsonNode family = JsonLines.JSON.readTree(steps.get(1)).path("families").path("example/mastermind");
        assertThat(family.path("components").has("found")).isTrue();
        assertThat(family.path("components").has("quick")).isTrue();
        assertThat(family.path("metrics").path("guesses").asDouble()).isBetween(0.0, 2.0);
    }
}
