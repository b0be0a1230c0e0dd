package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.policy.BpeTrainer;
import io.troupe.policy.NewPolicy;
import io.troupe.policy.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportVerbTest {

    @TempDir
    static Path home;

    @TempDir
    Path folder;

    private static Path policy = Path.of("");
    private static Path adapters = Path.of("");

    @BeforeAll
    static void trainAdapters() throws IOException {
        policy = home.resolve("policy");
        new NewPolicy(new BpeTrainer.Settings(300, 2, 1e-3), 16, 32, 2, 2, 256, 3)
                .create(policy, List.of("What is 1+2? <answer>3</answer>", "one two three"));
        Path data = home.resolve("data.jsonl");
        Files.writeString(data, "{\"prompt\":\"What is 1+2?\",\"completion\":\"three\"}\n".repeat(8));
        adapters = home.resolve("adapters");
        var sft = Invocation.of(
                "sft",
                "--policy",
                policy.toString(),
                "--data",
                data.toString(),
                "--out",
                adapters.toString(),
                "--steps",
                "6",
                "--batch",
                "4",
                "--warmup",
                "0",
                "--learning-rate",
                "0.02",
                "--lora-rank",
                "3");
        assertThat(sft.exitCode()).as(sft.err()).isZero();
    }

    @Test
    void trainedAdaptersMergeIntoAPolicyThatScoresAsTheyDo() throws IOException {
        Path merged = folder.resolve("merged");
        var done = export(adapters, merged, "--merged");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out()).contains(merged.toString());
        assertThat(merged.resolve("adapter_config.json")).doesNotExist();
        assertThat(merged.resolve("tokenizer.json")).exists();
        List<Double> expected = scores(adapters);
        List<Double> scored = scores(merged);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(scored.get(i)).isCloseTo(expected.get(i), within(1e-5));
        }
        assertThat(scores(policy)).isNotEqualTo(expected);
    }

    @Test
    void adaptersAreWrittenForPeftUnderTheBaseThatIsAskedFor() throws IOException {
        Path base = folder.resolve("base");
        Path written = folder.resolve("peft");
        assertThat(export(policy, base).exitCode()).isZero();
        var done = export(adapters, written, "--format", "peft", "--base", base.toString());
        assertThat(done.exitCode()).as(done.err()).isZero();
        JsonNode config =
                JsonLines.JSON.readTree(written.resolve("adapter_config.json").toFile());
        assertThat(config.path("peft_type").asText()).isEqualTo("LORA");
        assertThat(config.path("r").asInt()).isEqualTo(3);
        assertThat(config.path("base_model_name_or_path").asText()).isEqualTo(base.toString());
        try (var tensors = Safetensors.open(written.resolve("adapter_model.safetensors"))) {
            assertThat(tensors.entries())
                    .hasSize(2 * 7 * 2)
                    .containsKey("base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight")
                    .containsKey("base_model.model.model.layers.0.mlp.down_proj.lora_B.weight");
        }
        assertThat(scores(written)).isEqualTo(scores(adapters));
    }

    @Test
    void theDtypeIsThatOfTheTensorsAndOfTheConfiguration() throws IOException {
        Path written = folder.resolve("brain");
        assertThat(export(policy, written, "--dtype", "bfloat16").exitCode()).isZero();
        try (var tensors = Safetensors.open(written.resolve("model.safetensors"))) {
            assertThat(tensors.entries().values())
                    .allSatisfy(entry -> assertThat(entry.type()).isEqualTo("BF16"));
        }
        assertThat(written.resolve("config.json")).content().contains("\"bfloat16\"");
        assertThat(export(policy, folder.resolve("x"), "--dtype", "int8").err())
                .contains("float32, bfloat16 or float16");
    }

    @Test
    void whatCannotBeExportedIsRefusedAndLeavesNothingBehind() throws IOException {
        var whole = export(policy, folder.resolve("peft"), "--format", "peft");
        assertThat(whole.exitCode()).isEqualTo(2);
        assertThat(whole.err()).contains("has no adapters");
        Path other = folder.resolve("other");
        assertThat(export(adapters, other).exitCode()).isZero();
        var wrongBase = export(adapters, folder.resolve("peft"), "--format", "peft", "--base", other.toString());
        assertThat(wrongBase.err()).contains("belong to a base policy whose digest is");
        assertThat(export(adapters, other).err()).contains("exists already");
        var both = export(adapters, folder.resolve("peft"), "--format", "peft", "--merged");
        assertThat(both.err()).contains("leave one away");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(other);
        }
    }

    private static Invocation export(Path from, Path to, String... more) {
        var arguments = new java.util.ArrayList<>(List.of("export", from.toString(), "--output", to.toString()));
        arguments.addAll(List.of(more));
        return Invocation.of(arguments.toArray(String[]::new));
    }

    private static List<Double> scores(Path of) throws IOException {
        var scored = Invocation.withInput("{\"tokens\": [5, 9, 44, 120, 7]}\n", "logprobs", "--policy", of.toString());
        var values = new java.util.ArrayList<Double>();
        JsonLines.JSON.readTree(scored.out()).path("logprobs").forEach(value -> values.add(value.asDouble()));
        assertThat(values).as(scored.err()).hasSize(4);
        return values;
    }
}
