package io.troupe.actors.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.journal.RunObserver.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {

    @TempDir
    Path folder;

    private final List<String> complaints = new ArrayList<>();

    @Test
    void everyEntryIsOneLineOfJsonInSnakeCase() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricsLog log = new MetricsLog(file, complaints::add)) {
            log.step(step(7));
            log.event(new RunEvent(Instant.EPOCH, "checkpoint", "saved \"it\"\nhere"));
            log.evaluation(new EvaluationMetrics(
                    Instant.EPOCH, "after", 7, 256, new TreeMap<>(Map.of("math/arithmetic", 0.5)), 1, 12.5));
        }

        List<String> lines = Files.readAllLines(file);
        JsonNode step = new ObjectMapper().readTree(lines.get(0));
        assertThat(lines).hasSize(3);
        assertThat(step.get("kind").asText()).isEqualTo("step");
        assertThat(step.get("time").asText()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(step.get("trainer_wait_seconds").asDouble()).isEqualTo(1.5);
        assertThat(step.get("families").get("math/arithmetic").get("success").asDouble())
                .isEqualTo(0.25);
        assertThat(step.get("gradient_share_by_decile").toString()).isEqualTo("[0.75,0.25]");
        assertThat(step.get("tokens_by_decile").toString()).isEqualTo("[3,5]");
        assertThat(step.get("loss").asText()).isEqualTo("NaN");
        assertThat(new ObjectMapper()
                        .readTree(lines.get(2))
                        .get("families")
                        .get("math/arithmetic")
                        .asDouble())
                .isEqualTo(0.5);
    }

    @Test
    void aRunThatGoesOnForgetsTheStepsThatItMakesAgain() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricsLog log = new MetricsLog(file, complaints::add)) {
            log.step(step(1));
            log.event(new RunEvent(Instant.EPOCH, "checkpoint", "saved"));
            log.step(step(2));
            log.step(step(3));
        }
        Files.writeString(file, "{\"kind\":\"step\",\"step\":4,\"tor", java.nio.file.StandardOpenOption.APPEND);

        try (MetricsLog log = new MetricsLog(file, complaints::add)) {
            log.forgetStepsAfter(2);
            log.step(step(3));
        }

        assertThat(Files.readAllLines(file)).hasSize(4).last().asString().contains("\"step\":3");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenIsReportedOnce() {
        try (MetricsLog log = new MetricsLog(folder.resolve("missing").resolve("metrics.jsonl"), complaints::add)) {
            log.step(step(1));
            log.step(step(2));
        }

        assertThat(complaints)
                .singleElement()
                .asString()
                .contains("metrics.jsonl")
                .contains("goes on without it");
    }

    private static StepMetrics step(long step) {
        return new StepMetrics(
                step,
                step,
                Instant.EPOCH,
                3,
                1,
                0.5,
                new TreeMap<>(Map.of(
                        "math/arithmetic",
                        new StepMetrics.Family(1, 0.25, 4, new TreeMap<>(Map.of("answer", 1.0)), new TreeMap<>()))),
                Double.NaN,
                1,
                2,
                0,
                0,
                1e-3,
                10,
                8,
                100,
                0.5,
                1,
                1.5,
                0,
                0.2,
                new TreeMap<>(),
                List.of(0.75, 0.25),
                List.of(0.5, 0.5),
                List.of(3L, 5L),
                new TreeMap<>());
    }
}
