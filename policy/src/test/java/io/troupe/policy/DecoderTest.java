package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.troupe.policy.Decoder.DecodeStep;
import io.troupe.policy.Decoder.Sampled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

    private static final int VOCABULARY = 97;
    private static final Offset<Float> CLOSE = within(1e-5f);

    private NDManager manager;
    private ModelConfig config;
    private Decoder decoder;
    private Weights weights;

    @BeforeEach
    void openDecoder() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        config = new ModelConfig(
                "llama",
                VOCABULARY,
                32,
                64,
                3,
                4,
                2,
                8,
                1e-5,
                128,
                false,
                List.of(1),
                null,
                null,
                Architecture.llama(8, Rope.of(10_000)));
        decoder = new Decoder(config, manager, 96);
        weights = sharpened(Weights.random(config, 7, manager, true));
    }

    @AfterEach
    void closeDecoder() {
        weights.close();
        decoder.close();
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.0, 0.7, 1.3})
    void theSamplersLogProbabilitiesEqualTheScorersAtEveryTemperature(double temperature) {
        int[][] sequences = new int[3][];
        float[][] sampled = new float[3][20];
        try (KeyValueCache cache = decoder.newCache(3)) {
            int[][] prompts = {tokens(5, 1), tokens(17, 2), tokens(9, 3)};
            sample(cache, prompts, temperature, sequences, sampled);
        }
        for (int row = 0; row < 3; row++) {
            float[] scored = score(PackedRows.sequence(sequences[row]), temperature);
            for (int t = 0; t < 20; t++) {
                assertThat(scored[sequences[row].length - 21 + t]).isCloseTo(sampled[row][t], CLOSE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.0, 0.7})
    void exactAttentionIsTheFusedOneToSinglePrecisionAndAgreesWithItselfFarCloser(double temperature) {
        try (var exact = new Decoder(config, manager, 96, Arithmetic.EXACT)) {
            float[] fused = score(PackedRows.sequence(tokens(30, 12)), temperature);
            int[][] sequences = new int[2][];
            float[][] sampled = new float[2][20];
            Decoder normal = decoder;
            decoder = exact;
            try (KeyValueCache cache = decoder.newCache(2)) {
                sample(cache, new int[][] {tokens(9, 3), tokens(14, 2)}, temperature, sequences, sampled);
                assertThat(score(PackedRows.sequence(tokens(30, 12)), temperature))
                        .containsExactly(fused, CLOSE);
                for (int row = 0; row < 2; row++) {
                    float[] scored = score(PackedRows.sequence(sequences[row]), temperature);
                    for (int t = 0; t < 20; t++) {
                        assertThat(scored[sequences[row].length - 21 + t]).isCloseTo(sampled[row][t], within(2e-6f));
                    }
                }
            } finally {
                decoder = normal;
            }
        }
    }

    @Test
    void branchesOfAPackedRowScoreAsTheyWouldAlone() {
        int[] prompt = tokens(11, 4);
        int[][] branches = {tokens(6, 5), tokens(3, 6), tokens(8, 7)};
        PackedRows packed = pack(prompt, branches, 4);
        float[] together = score(packed, 1);
        int offset = 0;
        for (int[] branch : branches) {
            int[] alone = Arrays.copyOf(prompt, prompt.length + branch.length);
            System.arraycopy(branch, 0, alone, prompt.length, branch.length);
            float[] scored = score(PackedRows.sequence(alone), 1);
            for (int t = 0; t < branch.length; t++) {
                assertThat(together[offset + t]).isCloseTo(scored[prompt.length - 1 + t], CLOSE);
            }
            offset += branch.length;
        }
    }

    @Test
    void theGradientIsThatOfFiniteDifferences() {
        PackedRows rows = PackedRows.sequence(tokens(12, 8));
        var vector = new float[2 * rows.scored()];
        Arrays.fill(vector, 0, rows.scored(), 1f);
        try (NDManager scope = manager.newSubManager()) {
            NDArray scored = decoder.score(scope, weights, rows, 1, true);
            TorchScript.backward(scored, scope.create(vector, new Shape(2, rows.scored())));
        }
        for (int tensor : new int[] {0, 3, 8, 28, 29}) {
            NDArray weight = weights.list().get(tensor);
            float[] gradient = weight.getGradient().toFloatArray();
            int largest = 0;
            for (int i = 0; i < gradient.length; i++) {
                largest = Math.abs(gradient[i]) > Math.abs(gradient[largest]) ? i : largest;
            }
            double step = 1e-2;
            double numeric =
                    (sumWith(tensor, largest, step, rows) - sumWith(tensor, largest, -step, rows)) / (2 * step);
            assertThat((double) gradient[largest]).isCloseTo(numeric, within(0.02 * Math.abs(numeric) + 1e-3));
        }
    }

    @Test
    void aRowOfTheCacheIsTheSameWhateverElseIsInTheBatch() {
        int[][] sequences = new int[3][];
        float[][] sampled = new float[3][20];
        int[] prompt = tokens(9, 3);
        try (KeyValueCache cache = decoder.newCache(3)) {
            sample(cache, new int[][] {prompt, tokens(17, 2), tokens(5, 1)}, 1, sequences, sampled);
        }
        int[][] alone = new int[1][];
        float[][] sampledAlone = new float[1][20];
        try (KeyValueCache cache = decoder.newCache(1)) {
            sample(cache, new int[][] {prompt}, 1, alone, sampledAlone);
        }
        assertThat(alone[0]).isEqualTo(sequences[0]);
        for (int t = 0; t < 20; t++) {
            assertThat(sampledAlone[0][t]).isCloseTo(sampled[0][t], CLOSE);
        }
    }

    @Test
    void topKOfOneIsGreedyAndRecordsTheUntruncatedLogProbability() {
        int[] prompt = tokens(6, 9);
        try (KeyValueCache cache = decoder.newCache(1)) {
            decoder.extend(cache, weights, new int[][] {head(prompt)}, new int[1], new int[1]);
            DecodeStep step = step(1);
            step.tokens()[0] = prompt[5];
            step.positions()[0] = 5;
            step.uniforms()[0] = 0.999;
            step.topK()[0] = 1;
            Sampled greedy = decoder.decode(cache, weights, step);
            int[] followed = Arrays.copyOf(prompt, 7);
            float best = Float.NEGATIVE_INFINITY;
            for (int token = 0; token < VOCABULARY; token++) {
                followed[6] = token;
                best = Math.max(best, score(PackedRows.sequence(followed), 1)[5]);
            }
            assertThat(greedy.logProbabilities()[0]).isCloseTo(best, CLOSE);
        }
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesItsBound() {
        int[] prompt = tokens(6, 10);
        double[] probabilities = nextProbabilities(prompt);
        double[] sorted = Arrays.stream(probabilities).sorted().toArray();
        double likeliest = sorted[VOCABULARY - 1];
        try (KeyValueCache cache = decoder.newCache(1)) {
            decoder.extend(cache, weights, new int[][] {head(prompt)}, new int[1], new int[1]);
            for (double u = 0.05; u < 1; u += 0.1) {
                DecodeStep step = step(1);
                step.tokens()[0] = prompt[5];
                step.positions()[0] = 5;
                step.uniforms()[0] = u;
                step.topP()[0] = likeliest + 1e-6;
                int token = decoder.decode(cache, weights, step).tokens()[0];
                assertThat(probabilities[token]).isGreaterThanOrEqualTo(sorted[VOCABULARY - 2] - 1e-7);
            }
        }
    }

    @Test
    void uniformNumbersDrawTokensByTheirProbabilities() {
        int[] prompt = tokens(6, 11);
        double[] probabilities = nextProbabilities(prompt);
        var counts = new int[VOCABULARY];
        int draws = 4000;
        try (KeyValueCache cache = decoder.newCache(1)) {
            decoder.extend(cache, weights, new int[][] {head(prompt)}, new int[1], new int[1]);
            for (int i = 0; i < draws; i++) {
                DecodeStep step = step(1);
                step.tokens()[0] = prompt[5];
                step.positions()[0] = 5;
                step.uniforms()[0] = (i + 0.5) / draws;
                counts[decoder.decode(cache, weights, step).tokens()[0]]++;
            }
        }
        for (int token = 0; token < VOCABULARY; token++) {
            assertThat(counts[token] / (double) draws).isCloseTo(probabilities[token], within(1.5 / draws));
        }
    }

    @Test
    void aSequenceLongerThanTheLimitIsRefusedWithBothNumbers() {
        assertThatThrownBy(() -> score(PackedRows.sequence(tokens(97, 1)), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("97")
                .hasMessageContaining("96");
    }

    private void sample(
            KeyValueCache cache, int[][] prompts, double temperature, int[][] sequences, float[][] logProbabilities) {
        int rows = prompts.length;
        int[][] heads = Arrays.stream(prompts).map(DecoderTest::head).toArray(int[][]::new);
        int[] slots = new int[rows];
        for (int row = 0; row < rows; row++) {
            slots[row] = row;
            sequences[row] = Arrays.copyOf(prompts[row], prompts[row].length + 20);
        }
        decoder.extend(cache, weights, heads, slots, new int[rows]);
        var random = new Random(3);
        for (int t = 0; t < 20; t++) {
            DecodeStep step = step(rows);
            double u = random.nextDouble();
            for (int row = 0; row < rows; row++) {
                int at = prompts[row].length + t - 1;
                step.tokens()[row] = sequences[row][at];
                step.positions()[row] = at;
                step.temperatures()[row] = (float) temperature;
                step.uniforms()[row] = u;
            }
            Sampled sampled = decoder.decode(cache, weights, step);
            for (int row = 0; row < rows; row++) {
                sequences[row][prompts[row].length + t] = sampled.tokens()[row];
                logProbabilities[row][t] = sampled.logProbabilities()[row];
            }
        }
    }

    private static DecodeStep step(int rows) {
        var step = new DecodeStep(
                new int[rows], new int[rows], new float[rows], new double[rows], new double[rows], new long[rows]);
        Arrays.fill(step.temperatures(), 1f);
        Arrays.fill(step.topP(), 1.0);
        Arrays.fill(step.topK(), Long.MAX_VALUE);
        return step;
    }

    private double[] nextProbabilities(int[] prompt) {
        var probabilities = new double[VOCABULARY];
        int[] followed = Arrays.copyOf(prompt, prompt.length + 1);
        for (int token = 0; token < VOCABULARY; token++) {
            followed[prompt.length] = token;
            probabilities[token] = Math.exp(score(PackedRows.sequence(followed), 1)[prompt.length - 1]);
        }
        return probabilities;
    }

    private double sumWith(int tensor, int index, double change, PackedRows rows) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray weight = weights.list().get(tensor);
            float[] values = weight.toFloatArray();
            values[index] += (float) change;
            var changed = new ai.djl.ndarray.NDList(weights.list());
            NDArray copy = scope.create(values, weight.getShape());
            copy.setName("w[]");
            changed.set(tensor, copy);
            double sum = 0;
            float[] scored =
                    decoder.score(scope, weights, changed, rows, 1, false).toFloatArray();
            for (int i = 0; i < rows.scored(); i++) {
                sum += scored[i];
            }
            return sum;
        }
    }

    private float[] score(PackedRows rows, double temperature) {
        try (NDManager scope = manager.newSubManager()) {
            return decoder.score(scope, weights, rows, temperature, false).toFloatArray();
        }
    }

    /** Weights that make distributions far from uniform, so that differences show. */
    private static Weights sharpened(Weights weights) {
        for (NDArray array : weights.list()) {
            if (array.getShape().dimension() > 1) {
                array.setRequiresGradient(false);
                array.muli(8);
                array.setRequiresGradient(true);
            }
        }
        return weights;
    }

    private static PackedRows pack(int[] prompt, int[][] branches, int padding) {
        int scored = Arrays.stream(branches).mapToInt(b -> b.length).sum();
        int width = prompt.length + scored + padding;
        var rows = new PackedRows(
                1, width, new long[width], new long[width], new long[width], new long[scored], new long[scored]);
        Arrays.fill(rows.branches(), -1);
        int cell = 0;
        for (; cell < prompt.length; cell++) {
            rows.tokens()[cell] = prompt[cell];
            rows.positions()[cell] = cell;
            rows.branches()[cell] = 0;
        }
        int target = 0;
        for (int b = 0; b < branches.length; b++) {
            for (int t = 0; t < branches[b].length; t++) {
                rows.sources()[target] = t == 0 ? prompt.length - 1 : cell - 1;
                rows.targets()[target++] = branches[b][t];
                rows.tokens()[cell] = branches[b][t];
                rows.positions()[cell] = prompt.length + t;
                rows.branches()[cell++] = b + 1;
            }
        }
        return rows;
    }

    private static int[] head(int[] tokens) {
        return Arrays.copyOf(tokens, tokens.length - 1);
    }

    private static int[] tokens(int length, int seed) {
        return new Random(seed).ints(length, 0, VOCABULARY).toArray();
    }
}
