package io.troupe.actors.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadedStudyTest {

    @TempDir
    Path folder;

    @Test
    void layersLieOverEachOther() throws IOException {
        var study = read("""
                study {
                  dir = x, baseline = a, seeds = [4, 5]
                  base { train.steps = 7, objective.weight.tau = 3, evaluation.tasks = 9 }
                  tasks = [ { name = one, set { train.steps = 8, tasks = [{ family = math/arithmetic }] } } ]
                  variants = [ { name = a, set { objective.name = grpo } }, { name = b, set { train.steps = 9 } } ]
                }
                """);
        var settings = study.settings();

        var a = study.cell(settings.tasks().get(0), settings.variants().get(0), 5)
                .settings();
        var b = study.cell(settings.tasks().get(0), settings.variants().get(1), 4)
                .settings();

        assertThat(a.train().steps()).isEqualTo(8);
        assertThat(b.train().steps()).isEqualTo(9);
        assertThat(a.objective().name()).isEqualTo("grpo");
        assertThat(b.objective().weight().tau()).isEqualTo(3);
        assertThat(a.run().seed()).isEqualTo(5);
        assertThat(a.tasks()).hasSize(1);
        assertThat(a.evaluation().tasks()).isEqualTo(9);
        assertThat(settings.parallel()).isEqualTo(1);
        assertThat(settings.keepRuns()).isFalse();
    }

    @Test
    void assignmentsComeLast() throws IOException {
        var study = read(minimal(""), "seeds=[7]", "base.train.steps=3", "study.parallel=2");

        assertThat(study.settings().seeds()).containsExactly(7L);
        assertThat(study.settings().parallel()).isEqualTo(2);
        assertThat(cell(study).settings().train().steps()).isEqualTo(3);
    }

    @Test
    void withoutTasksThereIsOneSetThatChangesNothing() throws IOException {
        var settings = read(minimal("")).settings();

        assertThat(settings.tasks()).hasSize(1);
        assertThat(settings.tasks().get(0).name()).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "paralel = 2 | study.paralel is not a known key — did you mean study.parallel?",
                "parallel = 0 | study.parallel = 0: expected at least 1",
                "retries = -1 | study.retries = -1: expected at least 0",
                "seeds = [1, 1] | study.seeds = [1, 1]: expected each seed once",
                "seeds = [] | study.seeds = []: expected at least one seed",
                "seeds = [x] | study.seeds[0] = \"x\": expected a whole number",
                "baseline = zz | study.baseline = zz: expected the name of a variant: a",
                "base { run.seed = 3 } | study.base.run.seed is set by the study itself",
                "tasks = [{ name = \"a/b\" }] | study.tasks[0].name = a/b: expected letters, digits",
                "tasks = [{ name = x }, { name = x }] | study.tasks = x: expected each name once",
                "variants = [{ name = a, sett {} }] | study.variants[0].sett is not a known key",
            })
    void whatCannotBeMeantIsRefusedWithItsLine(String line, String message) {
        assertThatThrownBy(() -> read(minimal(line)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("study.conf:");
    }

    @Test
    void aKeyOfTroupeThatIsNotThereIsRefusedWithTheLineOfTheStudy() throws IOException {
        var study = read(minimal("base { train.stepz = 3 }"));

        assertThatThrownBy(() -> cell(study))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("study.conf:6")
                .hasMessageContaining("train.stepz");
    }

    @Test
    void keysOutsideOfTheStudyAreRefused() {
        assertThatThrownBy(() -> read("troupe { train.steps = 3 }"))
                .hasMessageContaining("study.conf:1")
                .hasMessageContaining("study.base");
        assertThatThrownBy(() -> read("")).hasMessageContaining("study is missing");
    }

    private static LoadedSettings cell(LoadedStudy study) {
        var settings = study.settings();
        return study.cell(settings.tasks().get(0), settings.variants().get(0), 1);
    }

    private static String minimal(String line) {
        return "study {\n  dir = x\n  baseline = a\n  seeds = [1]\n  variants = [{ name = a }]\n  " + line + "\n}\n";
    }

    private LoadedStudy read(String text, String... assignments) throws IOException {
        Path file = Files.writeString(folder.resolve("study.conf"), text);
        return LoadedStudy.read(file, List.of(assignments));
    }
}
