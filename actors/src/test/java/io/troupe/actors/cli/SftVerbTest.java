package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SftVerbTest {

    private static final String[] TINY = {
        "--new", "--vocabulary", "300", "--hidden", "16", "--intermediate", "32", "--layers", "1", "--heads", "2"
    };

    @TempDir
    Path folder;

    @Test
    void aPolicyFromNothingIsTrainedOnDemonstrationsAndCanBeTrainedFurther() throws IOException {
        Path data = demonstrations();
        var made = sft(data, folder.resolve("fresh"), TINY);
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.err()).contains("held-out loss");
        var further = sft(
                data,
                folder.resolve("further"),
                "--policy",
                folder.resolve("fresh").toString());
        assertThat(further.exitCode()).as(further.err()).isZero();
        try (Policy policy = Policy.open(folder.resolve("further"))) {
            assertThat(policy.config().hiddenSize()).isEqualTo(16);
        }
    }

    @Test
    void theSameRecipeGivesTheSameBytes() throws IOException {
        Path data = demonstrations();
        sft(data, folder.resolve("a"), TINY);
        sft(data, folder.resolve("b"), TINY);
        for (String name : new String[] {"model.safetensors", "tokenizer.json", "config.json"}) {
            assertThat(folder.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
        }
    }

    @Test
    void aLineThatIsNoExampleIsNamedByFileAndNumberAndNothingIsLeftBehind() throws IOException {
        Path data = folder.resolve("bad.jsonl");
        Files.writeString(data, "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\"}\n");
        var failed = sft(data, folder.resolve("out"), TINY);
        assertThat(failed.exitCode()).isEqualTo(2);
        assertThat(failed.err()).contains("bad.jsonl line 2");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(data);
        }
    }

    @Test
    void anExistingFolderIsNotOverwritten() throws IOException {
        Files.createDirectory(folder.resolve("there"));
        var refused = sft(demonstrations(), folder.resolve("there"), TINY);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("exists already");
    }

    @Test
    void aPartThatIsNotOfTheFormIsRefused() {
        var refused = Invocation.of("demonstrate", "--family", "math/arithmetic@x", "--n", "1");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("ID[@LEVEL][=WEIGHT]");
    }

    @Test
    void optionsAreForASingleFamily() {
        var both = Invocation.of(
                "demonstrate",
                "--family",
                "math/arithmetic",
                "--family",
                "agent/calculator",
                "--n",
                "1",
                "--options",
                "{\"tool-format\":\"hermes\"}");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--options is for one --family, not for 2");

        var one = Invocation.of(
                "demonstrate",
                "--family",
                "agent/calculator",
                "--hasty",
                "0",
                "--n",
                "1",
                "--options",
                "{\"tool-format\":\"hermes\"}");
        assertThat(one.exitCode()).isZero();
        assertThat(one.out()).contains("<tool_call>");
    }

    private Path demonstrations() throws IOException {
        var printed = Invocation.of("demonstrate", "--family", "math/arithmetic@1=2", "--hasty", "0.5", "--n", "60");
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.out().lines()).hasSize(60);
        Path data = folder.resolve("data.jsonl");
        Files.writeString(data, printed.out());
        return data;
    }

    private static Invocation sft(Path data, Path out, String... more) {
        var arguments = new java.util.ArrayList<>(java.util.List.of(
                "sft", "--data", data.toString(), "--out", out.toString(), "--steps", "3", "--batch", "8"));
        arguments.addAll(java.util.List.of(more));
        return Invocation.of(arguments.toArray(String[]::new));
    }
}
