package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.BpeTrainer;
import io.troupe.policy.ModelConfig;
import io.troupe.policy.NewPolicy;
import io.troupe.policy.TensorShape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not fit is refused before it is loaded: a policy of 68 billion numbers, in a file that is all hole. */
class MemoryVerbsTest {

    @TempDir
    static Path home;

    private static String small = "";
    private static String large = "";

    @BeforeAll
    static void makePolicies() throws IOException {
        Path tiny = home.resolve("small");
        new NewPolicy(new BpeTrainer.Settings(300, 2, 1e-3), 16, 32, 2, 2, 256, 3)
                .create(tiny, List.of("What is 1+2? <answer>3</answer>", "one two three"));
        small = tiny.toString();
        Path huge = Files.createDirectory(home.resolve("large"));
        try (var files = Files.list(tiny)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("model.safetensors")) {
                    Files.copy(file, huge.resolve(file.getFileName()));
                }
            }
        }
        enlarge(huge);
        large = huge.toString();
    }

    @Test
    void aRunThatCannotFitSaysSoBeforeItBegins() {
        Path run = home.resolve("run");

        var train = Invocation.of("train", "--run", run.toString(), "--set", "policy.path=" + large);

        assertThat(train.exitCode()).as(train.err()).isEqualTo(2);
        assertThat(train.err())
                .contains("this cannot fit: about", "are needed on cpu, which has", "sampling ", "training ")
                .contains("the optimiser's moments", "policy.precision = bfloat16", "run.check-memory = false");
        assertThat(run.resolve("checkpoints")).isEmptyDirectory();
        assertThat(run.resolve("config.conf")).doesNotExist();
    }

    @Test
    void settingsThatCannotFitAreRefusedOnASmallPolicyToo() {
        var train = Invocation.of(
                "train",
                "--run",
                home.resolve("slots").toString(),
                "--set",
                "policy.path=" + small,
                "--set",
                "rollout.slots=2000000000");

        assertThat(train.exitCode()).as(train.err()).isEqualTo(2);
        assertThat(train.err()).contains("this cannot fit", "keys and values of 2000000000 sequences");
    }

    @Test
    void doctorSaysWhatAPolicyThatCannotFitTakes() {
        var doctor = Invocation.of("doctor", "--policy", large, "--set", "policy.precision=bfloat16");

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).contains("68454.5 million parameters", "bfloat16", "missing  memory");
    }

    @Test
    void aCriticThatJavasHeapCannotHoldIsRefused() {
        var doctor = Invocation.of("doctor", "--policy", large, "--set", "objective.name=etpo");
        var train = Invocation.of(
                "train",
                "--run",
                home.resolve("critic").toString(),
                "--set",
                "policy.path=" + small,
                "--set",
                "objective.name=etpo",
                "--set",
                "train.batch-groups=1000000");

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).contains("the critic, its target, moments and gradient");
        assertThat(train.exitCode()).as(train.err()).isEqualTo(2);
        assertThat(train.err()).contains("are needed on Java's heap", "the states of a batch", "TROUPE_HEAP");
    }

    @Test
    void otherVerbsRefuseWhatCannotFit() {
        var serve = Invocation.of("serve", "--policy", large, "--port", "0");
        var eval = Invocation.of("eval", "--policy", large);

        assertThat(serve.exitCode()).as(serve.err()).isEqualTo(2);
        assertThat(serve.err()).contains("this cannot fit");
        assertThat(eval.exitCode()).as(eval.err()).isEqualTo(2);
        assertThat(eval.err()).contains("this cannot fit");
    }

    @Test
    void aDeviceThatIsNotHereIsAnInputError() {
        var logprobs =
                Invocation.withInput("{\"text\": \"one\"}\n", "logprobs", "--policy", small, "--device", "cuda:99");
        var train = Invocation.of(
                "train",
                "--run",
                home.resolve("cuda").toString(),
                "--set",
                "policy.path=" + small,
                "--set",
                "train.device=\"cuda:99\"");

        assertThat(logprobs.exitCode()).as(logprobs.err()).isEqualTo(2);
        assertThat(train.exitCode()).as(train.err()).isEqualTo(2);
        assertThat(train.err()).contains("there is no device cuda:99", "docs/devices.md");
    }

    @Test
    void precisionsAreMeasuredAgainstEachOther() throws IOException {
        var bench = Invocation.of(
                "bench",
                "precision",
                "--policy",
                small,
                "--sequences",
                "4",
                "--tokens",
                "16",
                "--repeats",
                "1",
                "--json");

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        List<String> lines = bench.out().lines().toList();
        JsonNode single = JsonLines.JSON.readTree(lines.get(0));
        JsonNode brain = JsonLines.JSON.readTree(lines.get(1));
        assertThat(single.path("precision").asText()).isEqualTo("float32");
        assertThat(single.path("drift_from_first").path("greatest").asDouble()).isZero();
        assertThat(single.path("learner_minus_sampler").path("greatest").asDouble())
                .isLessThan(1e-4);
        assertThat(brain.path("precision").asText()).isEqualTo("bfloat16");
        assertThat(brain.path("drift_from_first").path("mean_size").asDouble()).isBetween(1e-7, 0.05);
        assertThat(brain.path("sampled_tokens_per_second").asDouble()).isPositive();
        assertThat(brain.path("trained_tokens_per_second").asDouble()).isPositive();
    }

    /** Makes a directory that of a policy like the largest of Llama's, whose weights are one hole. */
    private static void enlarge(Path directory) throws IOException {
        Path file = directory.resolve("config.json");
        var config = (ObjectNode) JsonLines.JSON.readTree(Files.readString(file));
        config.put("hidden_size", 8192)
                .put("intermediate_size", 28672)
                .put("num_hidden_layers", 80)
                .put("num_attention_heads", 64)
                .put("num_key_value_heads", 8)
                .put("head_dim", 128);
        Files.writeString(file, config.toString());
        ObjectNode header = JsonLines.JSON.createObjectNode();
        long offset = 0;
        for (TensorShape tensor : ModelConfig.read(directory).tensors()) {
            ObjectNode entry = header.putObject(tensor.name()).put("dtype", "BF16");
            var shape = entry.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            entry.putArray("data_offsets").add(offset).add(offset + 2 * tensor.elements());
            offset += 2 * tensor.elements();
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        try (var weights =
                new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
            weights.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .array());
            weights.write(text);
            weights.setLength(Long.BYTES + text.length + offset);
        }
    }
}
