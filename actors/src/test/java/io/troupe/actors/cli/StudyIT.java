package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Studies with the embedded policy in real processes, which are asked to end, killed, and gone on with. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class StudyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private int starts;

    @AfterEach
    void nothingIsLeftRunning() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aStudyThatIsStoppedAndThenKilledGoesOnToItsEnd() throws Exception {
        Path study = study(
                "{ name = grpo, set { objective.name = grpo } }, { name = tr-grpo, set { objective.name = tr-grpo } }",
                "[1, 2]");

        Process stopped = start(study);
        awaitUpdate("grpo", 1);
        stopped.destroy();
        assertThat(stopped.waitFor()).as(said()).isEqualTo(3);
        assertThat(said()).contains("Runs left: 4; the same command goes on");

        Process killed = start(study);
        awaitUpdate("tr-grpo", 1);
        List<ProcessHandle> children = killed.descendants().toList();
        assertThat(children).isNotEmpty();
        killed.destroyForcibly().waitFor();
        for (ProcessHandle child : children) {
            await("a child outlived the study").atMost(PATIENCE).until(() -> !child.isAlive());
        }
        assertThat(Invocation.of("study", study.toString(), "--dry-run").out()).isEqualTo("""
                        default/grpo/seed-1  done
                        default/tr-grpo/seed-1  cut off, goes on
                        default/grpo/seed-2  to be run
                        default/tr-grpo/seed-2  to be run
                        """);

        Process whole = start(study);
        assertThat(whole.waitFor()).as(said()).isZero();
        assertThat(said()).contains("study 1/4 done", "default/tr-grpo/seed-2 done in", "(4/4 done)", "study.html");
        assertThat(results()).hasSize(4).allSatisfy(line -> assertThat(line).contains("\"state\":\"done\""));
        assertThat(out().resolve("runs")).doesNotExist();
        theReportCanBeMadeAnewFromCompressedResults(study);
    }

    @Test
    void aRunThatCannotBeMadeIsTriedAgainAndReported() throws Exception {
        Path study = study("{ name = grpo }, { name = broken, set { policy.path = \"/nowhere\" } }", "[1]");

        Process process = start(study);

        assertThat(process.waitFor()).as(said()).isEqualTo(1);
        assertThat(said())
                .contains(
                        "default/broken/seed-1 failed; attempt 2",
                        "/nowhere",
                        "default/grpo/seed-1 done",
                        "failed runs: 1");
        assertThat(Files.readString(out().resolve("study.md"))).contains("### Runs that failed", "/nowhere");
    }

    private void theReportCanBeMadeAnewFromCompressedResults(Path study) throws IOException {
        Path results = out().resolve("results.jsonl");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(out().resolve("results.jsonl.gz")))) {
            Files.copy(results, file);
        }
        String before = Files.readString(out().resolve("study.md"));
        Files.delete(results);
        Files.delete(out().resolve("study.md"));

        var report = Invocation.of("study", study.toString(), "--report-only");

        assertThat(report.exitCode()).as(report.err()).isZero();
        assertThat(out().resolve("study.md")).hasContent(before);
        assertThat(before).contains("| tr-grpo | 2 |", "Too few seeds to say anything");
    }

    private Path study(String variants, String seeds) throws IOException {
        return Files.writeString(folder.resolve("study.conf"), """
                study {
                  dir = "%s"
                  baseline = grpo
                  seeds = %s
                  base {
                    tasks = [{ family = math/arithmetic }]
                    train { steps = 6, batch-groups = 4, checkpoint-every = 1 }
                    rollout { group-size = 4, slots = 16 }
                    evaluation.tasks = 4
                  }
                  variants = [ %s ]
                }
                """.formatted(out(), seeds, variants));
    }

    private Process start(Path study) throws IOException {
        starts++;
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.graph_optimizer=false",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TroupeCommand.class.getName(),
                        "study",
                        study.toString(),
                        "--plain")
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        started.add(process);
        return process;
    }

    private Path out() {
        return folder.resolve("out");
    }

    private Path log() {
        return folder.resolve("said-" + starts);
    }

    private String said() throws IOException {
        return Files.readString(log());
    }

    private List<String> results() throws IOException {
        return Files.readAllLines(out().resolve("results.jsonl"));
    }

    /** Until the run of a variant with seed 1 has made an update and not yet all. */
    private void awaitUpdate(String variant, int step) {
        Path metrics = out().resolve("runs/default/" + variant + "/seed-1/metrics.jsonl");
        await(variant + " makes an update").atMost(PATIENCE).until(() -> {
            if (!Files.exists(metrics)) {
                return false;
            }
            try (Stream<String> lines = Files.lines(metrics, StandardCharsets.UTF_8)) {
                return lines.filter(line -> line.contains("\"kind\":\"step\"")).count() >= step;
            } catch (UncheckedIOException e) {
                return false; // in the middle of a character
            }
        });
    }
}
