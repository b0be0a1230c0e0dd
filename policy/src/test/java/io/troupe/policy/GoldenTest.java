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
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the decoder to what transformers computes with the same checkpoint; {@code make_golden.py} made the files. */
class GoldenTest {

    @ParameterizedTest
    @CsvSource({"golden-untied, FUSED", "golden-untied, EXACT", "golden-tied, FUSED", "golden-tied, EXACT"})
    void logProbabilitiesAndGreedyContinuationsEqualTransformers(String name, Attention attention) throws Exception {
        Path folder = folder(name);
        PolicyDirectory directory = PolicyDirectory.open(folder);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                WeightFiles files = directory.openWeights();
                Weights weights = Weights.load(directory.config(), files, manager, false);
                var decoder = new Decoder(directory.config(), manager, 64, attention)) {
            for (JsonNode golden : cases(folder)) {
                int[] tokens = ints(golden.get("tokens"));
                try (NDManager scope = manager.newSubManager()) {
                    float[] scored = decoder.score(scope, weights, PackedRows.sequence(tokens), 1, false)
                            .toFloatArray();
                    for (int i = 0; i < tokens.length - 1; i++) {
                        assertThat((double) scored[i])
                                .isCloseTo(golden.get("logprobs").get(i).asDouble(), within(1e-4));
                    }
                }
                assertThat(greedy(decoder, weights, tokens, 16)).isEqualTo(ints(golden.get("greedy")));
            }
        }
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
