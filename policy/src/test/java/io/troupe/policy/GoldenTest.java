package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.policy.Decoder.DecodeStep;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the decoder to what transformers computes with the same checkpoint; {@code make_golden.py} made the files. */
class GoldenTest {

    @ParameterizedTest
    @MethodSource("checkpoints")
    void logProbabilitiesAndGreedyContinuationsEqualTransformers(String name, Attention attention) throws Exception {
        Path folder = folder(name);
        PolicyDirectory directory = PolicyDirectory.open(folder);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                WeightFiles files = directory.openWeights();
                Weights weights = Weights.load(directory.config(), files, manager, false);
                var decoder =
                        new Decoder(directory.config(), manager, 128, new Arithmetic(Computation.FLOAT32, attention))) {
            for (JsonNode golden : cases(folder)) {
                int[] tokens = ints(golden.get("tokens"));
                try (NDManager scope = manager.newSubManager()) {
                    float[] scored = decoder.score(scope, weights, PackedRows.sequence(tokens), 1, false)
                            .toFloatArray();
                    for (int i = 0; i < tokens.length - 1; i++) {
                        assertThat((double) scored[i])
                                .isCloseTo(golden.get("logprobs").get(i).asDouble(), within(1e-4));
                    }
                    float[] last = decoder.score(scope, weights, wholeVocabulary(tokens, 257), 1, false)
                            .toFloatArray();
                    for (int token = 0; token < 257; token++) {
                        assertThat((double) last[token])
                                .isCloseTo(golden.get("last").get(token).asDouble(), within(1e-4));
                    }
                }
                int[] expected = ints(golden.get("greedy"));
                assertThat(greedy(decoder, weights, tokens, expected.length)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void aConfigurationThatIsWrittenIsReadBackAsItWas(String name, Attention attention, @TempDir Path written)
            throws Exception {
        ModelConfig config = ModelConfig.read(folder(name));
        config.write(written);
        assertThat(ModelConfig.read(written)).isEqualTo(config);
    }

    static Stream<Arguments> checkpoints() {
        return Stream.of(
                        "golden-untied",
                        "golden-tied",
                        "golden-llama-bias",
                        "golden-llama3",
                        "golden-mistral",
                        "golden-qwen2",
                        "golden-qwen2-yarn",
                        "golden-qwen3",
                        "golden-gemma3")
                .flatMap(name -> Stream.of(Attention.values()).map(attention -> Arguments.of(name, attention)));
    }

    /** Scores every token of the vocabulary as the one that follows. */
    private static PackedRows wholeVocabulary(int[] tokens, int vocabulary) {
        int n = tokens.length;
        long[] sources = new long[vocabulary];
        Arrays.fill(sources, n - 1);
        return new PackedRows(
                1,
                n,
                Arrays.stream(tokens).asLongStream().toArray(),
                LongStream.range(0, n).toArray(),
                new long[n],
                sources,
                LongStream.range(0, vocabulary).toArray());
    }

    private static int[] greedy(Decoder decoder, Weights weights, int[] prompt, int count) {
        int[] all = Arrays.copyOf(prompt, prompt.length + count);
        try (KeyValueCache cache = decoder.newCache(1)) {
            int[] head = Arrays.copyOf(prompt, prompt.length - 1);
            decoder.extend(cache, weights, new int[][] {head}, new int[1], new int[1]);
            for (int at = prompt.length; at < all.length; at++) {
                var step = new DecodeStep(
                        new int[] {all[at - 1]},
                        new int[] {at - 1},
                        new float[] {1},
                        new double[] {0.5},
                        new double[] {1},
                        new long[] {1});
                all[at] = decoder.decode(cache, weights, step).tokens()[0];
            }
        }
        return Arrays.copyOfRange(all, prompt.length, all.length);
    }

    private static Path folder(String name) throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(GoldenTest.class.getResource(name)).toURI());
    }

    private static JsonNode cases(Path folder) throws IOException {
        return new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
