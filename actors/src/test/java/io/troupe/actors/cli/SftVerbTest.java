package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.policy.Diffusion;
import io.troupe.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
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
    void aMaskedDiffusionPolicyIsMadeWithTheWindowThatWasAskedFor() throws IOException {
        Path data = demonstrations();
        var made = sft(data, folder.resolve("diffusion"), diffusion("64", "8"));
        assertThat(made.exitCode()).as(made.err()).isZero();
        try (Policy policy = Policy.open(folder.resolve("diffusion"))) {
            int tokens = policy.tokenizer().size();
            assertThat(policy.config().diffusion()).isEqualTo(new Diffusion(tokens, 64, 8, 4, Diffusion.Order.RANDOM));
        }
        var wide = sft(data, folder.resolve("wide"), diffusion("64", "65"));
        assertThat(wide.exitCode()).isEqualTo(2);
        assertThat(wide.err()).contains("diffusion.block must be in 1..diffusion.window = 64, but is 65");
        var narrow = sft(data, folder.resolve("narrow"), diffusion("4", "4"));
        assertThat(narrow.exitCode()).isEqualTo(2);
        assertThat(narrow.err()).contains("example 1: a turn of ", "does not fit the policy's window of 4 places");
        assertThat(folder.resolve("narrow")).doesNotExist();
    }

    private static String[] diffusion(String window, String block) {
        return Stream.concat(
                        Arrays.stream(TINY),
                        Stream.of(
                                "--diffusion",
                                "--window",
                                window,
                                "--block",
                                block,
                                "--block-steps",
                                "4",
                                "--order",
                                "RANDOM"))
                .toArray(String[]::new);
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
