package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.config.LoadedStudy;
import io.troupe.actors.study.Cell;
import io.troupe.actors.study.StudyPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyProgressTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Instant now = Instant.EPOCH;
    private StudyPlan plan;

    @BeforeEach
    void plan() throws IOException {
        Path file = Files.writeString(
                folder.resolve("study.conf"),
                "study { dir = \"" + folder
                        + "\", baseline = a, seeds = [1, 2], variants = [{ name = a }], base.train.steps = 9 }");
        plan = StudyPlan.of(LoadedStudy.read(file, List.of()));
    }

    @Test
    void inATerminalOneLineSaysWhatRuns() {
        Cell cell = plan.cells().get(0);
        try (var progress = progress(true)) {
            progress.onStart(List.of());
            progress.onBegin(cell, 1, false);
            progress.onUpdate(cell, 4);
        }

        assertThat(said())
                .contains("study 0/2 done  default/a/seed-1 update 4/9")
                .endsWith("\r\033[2K");
    }

    @Test
    void elsewhereALineComesNowAndThen() {
        Cell cell = plan.cells().get(0);
        try (var progress = progress(false)) {
            progress.onStart(List.of());
            progress.onBegin(cell, 1, false);
            progress.onUpdate(cell, 4);
            now = now.plusSeconds(31);
            progress.onUpdate(cell, 5);
            progress.onUpdate(cell, 6);
        }

        assertThat(said().lines()).containsExactly("study 0/2 done", "study 0/2 done  default/a/seed-1 update 5/9");
    }

    @Test
    void anotherAttemptIsSaid() {
        try (var progress = progress(false)) {
            progress.onBegin(plan.cells().get(1), 2, false);
        }

        assertThat(said()).contains("default/a/seed-2 failed; attempt 2");
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private StudyProgress progress(boolean live) {
        var clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        var around = new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                clock,
                live,
                100);
        return new StudyProgress(around, plan, live);
    }
}
