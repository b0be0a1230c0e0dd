package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyVerbTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"tr-grpo-study.conf, 100, default/grpo/seed-1", "staleness-study.conf, 35, default/eta-0/seed-1"})
    void theExamplesAreStudies(String example, int runs, String first) {
        var list = Invocation.of("study", "../examples/" + example, "--set", "dir=" + folder, "--dry-run");

        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.out().lines()).hasSize(runs);
        assertThat(list.out()).startsWith(first + "  to be run\n");
    }

    @Test
    void aReportWithoutResultsSaysWhatIsMissing() {
        var report =
                Invocation.of("study", "../examples/tr-grpo-study.conf", "--set", "dir=" + folder, "--report-only");

        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.err()).contains("there are no results yet", "results.jsonl", "run the study first");
    }

    @Test
    void aVariantThatCannotBeMeantIsRefusedBeforeAnythingIsRun() throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), """
                study { dir = "%s", baseline = a, seeds = [1]
                  variants = [
                    { name = a }
                    { name = b, set { tasks = [{ family = math/arithmetik }] } } ] }
                """.formatted(folder.resolve("out")));

        var study = Invocation.of("study", file.toString());

        assertThat(study.exitCode()).isEqualTo(2);
        assertThat(study.err()).contains("my.conf:4", "math/arithmetik", "did you mean math/arithmetic?");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        var study = Invocation.of("study", "nowhere.conf");

        assertThat(study.exitCode()).isEqualTo(2);
        assertThat(study.err()).contains("nowhere.conf is no file", "examples/tr-grpo-study.conf");
    }
}
