package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Decoder.Sampled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffusionPolicyTest {

    private static final int[] SAID = {5, 60, 61, 62};
    private static final int[] WINDOW = {70, 71, 72, 73, 74, 75};

    @TempDir
    Path folder;

    private NDManager manager;
    private Policy policy;
    private Diffusion diffusion;

    @BeforeEach
    void openPolicy() throws IOException {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        new NewPolicy(
                        new BpeTrainer.Settings(300, 2, 0.5),
                        16,
                        32,
                        2,
                        2,
                        64,
                        3,
                        new NewPolicy.Denoising(6, 3, 2, Diffusion.Order.RANDOM))
                .create(folder, List.of("What is 1+2? <answer>3</answer>", "What is 4+4? <answer>8</answer>"));
        policy = Policy.open(folder);
        diffusion = policy.config().diffusion();
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void aDirectorySaysThatItIsOneAndHowItIsSampled() {
        int tokens = policy.tokenizer().size();
        assertThat(diffusion).isEqualTo(new Diffusion(tokens, 6, 3, 2, Diffusion.Order.RANDOM));
        assertThat(policy.config().vocabularySize()).isEqualTo(tokens + 1);
        assertThat(policy.config().modelType()).isEqualTo("llama_diffusion");
    }

    @Test
    void aTokenIsPredictedFromWhatIsOnBothSidesOfIt() {
        double before = score(2, WINDOW);
        int[] otherRight = WINDOW.clone();
        otherRight[5] = 99;
        int[] otherLeft = WINDOW.clone();
        otherLeft[0] = 99;
        assertThat(score(2, otherRight)).isNotCloseTo(before, within(1e-6));
        assertThat(score(2, otherLeft)).isNotCloseTo(before, within(1e-6));
        int[] otherItself = WINDOW.clone();
        otherItself[2] = 98; // it is masked: nobody sees it, and it is the target that must be the same
        assertThat(score(2, otherItself, WINDOW[2])).isEqualTo(before);
    }

    @Test
    void emptyCellsBesideARowChangeNothing() {
        try (Decoder decoder = policy.newDecoder(manager, 64);
                Weights weights = policy.loadWeights(manager, false);
                NDManager scope = manager.newSubManager()) {
            PackedRows alone = row(2, WINDOW, WINDOW[2], 1, 10);
            PackedRows beside = row(2, WINDOW, WINDOW[2], 2, 23);
            float[] one = decoder.score(scope, weights, alone, 1, false).toFloatArray();
            float[] other = decoder.score(scope, weights, beside, 1, false).toFloatArray();
            assertThat(other).containsExactly(one, within(1e-6f));
        }
    }

    @Test
    void sampledTokensCarryTheirLogProbabilityAndAreNeverTheMask() {
        try (Decoder decoder = policy.newDecoder(manager, 64);
                Weights weights = policy.loadWeights(manager, false);
                NDManager scope = manager.newSubManager()) {
            var denoiser = new Denoiser(decoder, weights);
            var seen = new boolean[policy.config().vocabularySize()];
            PackedRows rows = row(2, WINDOW, WINDOW[2], 1, 10);
            for (int i = 0; i < 3000; i++) {
                Sampled sampled = denoiser.sample(scope, rows, draw(0.8f, i / 3000.0, 1, Long.MAX_VALUE));
                seen[sampled.tokens()[0]] = true;
                if (i % 500 == 0) {
                    PackedRows same = row(2, WINDOW, sampled.tokens()[0], 1, 10);
                    float[] scored =
                            decoder.score(scope, weights, same, 0.8f, false).toFloatArray();
                    assertThat(sampled.logProbabilities()[0]).isCloseTo(scored[0], within(1e-5f));
                }
            }
            assertThat(seen[diffusion.maskToken()]).isFalse();
            int distinct = 0;
            for (boolean flag : seen) {
                distinct += flag ? 1 : 0;
            }
            assertThat(distinct).isGreaterThan(200); // of a vocabulary of nearly equal probabilities
        }
    }

    @Test
    void truncationKeepsTheLikeliest() {
        try (Decoder decoder = policy.newDecoder(manager, 64);
                Weights weights = policy.loadWeights(manager, false);
                NDManager scope = manager.newSubManager()) {
            var denoiser = new Denoiser(decoder, weights);
            PackedRows rows = row(2, WINDOW, WINDOW[2], 1, 10);
            int likeliest = denoiser.sample(scope, rows, draw(1, 0.1, 1, 1)).tokens()[0];
            for (double uniform : new double[] {0, 0.5, 0.999}) {
                assertThat(denoiser.sample(scope, rows, draw(1, uniform, 1, 1)).tokens())
                        .containsExactly(likeliest);
                assertThat(denoiser.sample(scope, rows, draw(1, uniform, 1e-9, Long.MAX_VALUE))
                                .tokens())
                        .containsExactly(likeliest);
            }
        }
    }

    @Test
    void whatNeedsTheNextTokenIsRefused() {
        assertThatThrownBy(() -> policy.requireAutoregressive("`troupe serve`"))
                .isInstanceOf(PolicyFormatException.class)
                .hasMessageContaining("masked diffusion policy")
                .hasMessageContaining("`troupe serve` needs the probability of each token given those before it");
        try (Decoder decoder = policy.newDecoder(manager, 64)) {
            assertThatThrownBy(() -> decoder.newCache(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("masked diffusion policy");
        }
    }

    @Test
    void numbersThatCannotBeAreNamed() throws IOException {
        Path file = folder.resolve("config.json");
        for (String[] wrong : new String[][] {
            {"window", "0", "diffusion.window must be >= 1"},
            {"block", "7", "diffusion.block must be in 1..diffusion.window = 6"},
            {"steps", "4", "diffusion.steps must be in 1..diffusion.block = 3"},
            {"order", "sideways", "diffusion.order 'sideways' is not supported; supported: confidence, random"}
        }) {
            ObjectNode json = JsonFile.read(file).root().deepCopy();
            if (wrong[0].equals("order")) {
                ((ObjectNode) json.get("diffusion")).put(wrong[0], wrong[1]);
            } else {
                ((ObjectNode) json.get("diffusion")).put(wrong[0], Integer.parseInt(wrong[1]));
            }
            Path other = folder.resolve(wrong[0]);
            Files.createDirectories(other);
            JsonFile.write(other.resolve("config.json"), json);
            assertThatThrownBy(() -> ModelConfig.read(other))
                    .isInstanceOf(PolicyFormatException.class)
                    .hasMessageContaining(wrong[2]);
        }
    }

    private static Denoiser.Draws draw(float temperature, double uniform, double topP, long topK) {
        return new Denoiser.Draws(
                new float[] {temperature}, new double[] {uniform}, new double[] {topP}, new long[] {topK});
    }

    private double score(int masked, int[] window) {
        return score(masked, window, window[masked]);
    }

    private double score(int masked, int[] window, int target) {
        try (Decoder decoder = policy.newDecoder(manager, 64);
                Weights weights = policy.loadWeights(manager, false);
                NDManager scope = manager.newSubManager()) {
            return decoder.score(scope, weights, row(masked, window, target, 1, 10), 1, false)
                    .toFloatArray()[0];
        }
    }

    /** What was said and a window of which one place is masked, in the first of some rows; the others are empty. */
    private PackedRows row(int masked, int[] window, int target, int rows, int width) {
        var tokens = new long[rows * width];
        var positions = new long[rows * width];
        var branches = new long[rows * width];
        Arrays.fill(branches, -1);
        for (int i = 0; i < SAID.length + window.length; i++) {
            int place = i - SAID.length;
            tokens[i] = place < 0 ? SAID[i] : place == masked ? diffusion.maskToken() : window[place];
            positions[i] = i;
            branches[i] = 0;
        }
        return new PackedRows(
                rows, width, tokens, positions, branches, new long[] {SAID.length + masked}, new long[] {target});
    }
}
