package io.troupe.environments.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Environment;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow wrote, see {@code make_parquet.py}. */
class ParquetDatasetTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "none", "lz4"})
    void everyCompressionIsReadAndNestedColumnsToo(String codec) throws Exception {
        TaskFamily family = family(
                "\"path\": \"%s\", \"chat\": \"prompt\", \"answer\": \"reward_model.ground_truth\", \"evaluation-share\": 0.3"
                        .formatted(file(codec)));
        Set<String> golds = new HashSet<>();
        for (Split split : Split.values()) {
            for (int i = 0; i < 50; i++) {
                Task task = family.task(split, 1, i, 1);
                int number = Integer.parseInt(task.gold()) - 1;
                assertThat(task.prompt().get(0).content()).isEqualTo(number + "+1");
                golds.add(task.gold());
            }
        }
        assertThat(golds).hasSize(50);
    }

    @Test
    void plainColumnsAreJudged() throws Exception {
        TaskFamily family = family("\"path\": \"%s\", \"limit\": 30".formatted(file("snappy")));
        Task task = family.task(Split.TRAIN, 1, 0, 1);
        assertThat(task.gold()).endsWith(".0");
        try (Environment environment = family.open()) {
            environment.reset(task, 1);
            var done =
                    (StepResult.Done) environment.step("\\boxed{" + task.gold().replace(".0", "") + "}");
            assertThat(done.verdict().outcome()).isEqualTo(Outcome.CORRECT);
        }
        assertThat(family.summary()).contains("to train on");
    }

    @Test
    void whatIsWrongIsNamedWithItsFile() throws Exception {
        refused(file("brotli"), "question", "brotli.parquet", "BROTLI");
        refused(file("snappy"), "reply", "row 1", "there is no column 'reply'");
        Path text = Files.writeString(folder.resolve("text.parquet"), "this is no Parquet file at all");
        refused(text.toString(), "question", "text.parquet", "cannot be read as a Parquet file");
        byte[] whole = Files.readAllBytes(Path.of(file("snappy")));
        Path cut = Files.write(folder.resolve("cut.parquet"), java.util.Arrays.copyOf(whole, whole.length / 2));
        refused(cut.toString(), "question", "cut.parquet", "cannot be read as a Parquet file");
        refused(folder.resolve("none.parquet").toString(), "question", "there is no such file");
    }

    private static void refused(String path, String question, String... words) {
        assertThatThrownBy(() -> family("\"path\": \"%s\", \"question\": \"%s\"".formatted(path, question)))
                .hasMessageContainingAll(words);
    }

    private static TaskFamily family(String options) {
        return TaskFamilies.load()
                .configured(List.of(new TaskFamilies.Entry("d", "dataset/parquet", "{" + options + "}")))
                .get("d");
    }

    private static String file(String codec) throws Exception {
        return Path.of(Objects.requireNonNull(ParquetDatasetTest.class.getResource(codec + ".parquet"))
                        .toURI())
                .toString();
    }

    @Test
    void withoutOptionsItSaysWhatItNeeds() {
        assertThatThrownBy(() -> new ParquetDataset().task(Split.TRAIN, 1, 0, 1))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("path");
    }
}
