package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Decoder.DecodeStep;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputationTest {

    private static final int LENGTH = 40;
    private static final Arithmetic BRAIN = new Arithmetic(Computation.BFLOAT16, Attention.FUSED);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "golden-untied",
                "golden-tied",
                "golden-qwen2-yarn",
                "golden-qwen3",
                "golden-mistral",
                "golden-gemma3"
            })
    void logProbabilitiesInBfloat16AreThoseOfSinglePrecisionButForItsRounding(String name) throws Exception {
        float[] single = scores(name, Arithmetic.SINGLE, false);
        for (boolean trainable : new boolean[] {false, true}) {
            float[] rounded = scores(name, BRAIN, trainable);
            assertThat(mean(single, rounded)).isBetween(1e-6, 0.02);
            assertThat(greatest(single, rounded)).isLessThan(0.15);
        }
        float[] attended = scores(name, new Arithmetic(Computation.BFLOAT16, Attention.EXACT), false);
        assertThat(greatest(single, attended)).isLessThan(0.15);
    }

    /** Weights that train are rounded on their way into a product, others when they are loaded: the same numbers meet. */
    @ParameterizedTest
    @ValueSource(strings = {"golden-tied", "golden-qwen3", "golden-gemma3"})
    void weightsThatTrainGiveTheLogProbabilitiesOfThoseThatDoNot(String name) throws Exception {
        assertThat(greatest(scores(name, BRAIN, true), scores(name, BRAIN, false)))
                .isLessThan(2e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"golden-untied", "golden-tied", "golden-qwen2-yarn", "golden-qwen3", "golden-gemma3"})
    void gradientsInBfloat16PointWhereThoseOfSinglePrecisionDo(String name) throws Exception {
        List<float[]> single = gradients(name, Arithmetic.SINGLE);
        List<float[]> rounded = gradients(name, BRAIN);
        for (int i = 0; i < single.size(); i++) {
            assertThat(cosine(single.get(i), rounded.get(i))).as("tensor %d", i).isGreaterThan(0.99);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"golden-untied", "golden-qwen3", "golden-gemma3", "golden-mistral"})
    void whatIsSampledInBfloat16IsScoredAlike(String name) throws Exception {
        try (Loaded loaded = Loaded.of(name, BRAIN, false);
                KeyValueCache cache = loaded.decoder().newCache(1)) {
            int[] tokens = loaded.tokens();
            int prompt = 20;
            loaded.decoder()
                    .extend(
                            cache,
                            loaded.weights(),
                            new int[][] {Arrays.copyOf(tokens, prompt)},
                            new int[] {0},
                            new int[] {0});
            for (int i = prompt; i < LENGTH - 1; i++) {
                var step = new DecodeStep(
                        new int[] {tokens[i]},
                        new int[] {i},
                        new float[] {1},
                        new double[] {0},
                        new double[] {1},
                        new long[] {1});
                Decoder.Sampled sampled = loaded.decoder().decode(cache, loaded.weights(), step);
                float[] scored = loaded.score(next(Arrays.copyOf(tokens, i + 1), sampled.tokens()[0]));
                assertThat(Math.abs(scored[0] - sampled.logProbabilities()[0])).isLessThan(0.1f);
            }
        }
    }

    @Test
    void matricesThatDoNotTrainAreRoundedAndTheOthersAreNot(@TempDir Path folder) throws Exception {
        try (Loaded rounded = Loaded.of("golden-untied", BRAIN, false);
                Loaded masters = Loaded.of("golden-untied", BRAIN, true)) {
            Path written = folder.resolve("rounded.safetensors");
            rounded.weights().write(written);
            masters.weights().write(folder.resolve("masters.safetensors"));
            try (Safetensors back = Safetensors.open(written);
                    Safetensors kept = Safetensors.open(folder.resolve("masters.safetensors"));
                    WeightFiles files = rounded.directory().openWeights()) {
                for (TensorShape shape : rounded.directory().config().tensors()) {
                    float[] original = files.floats(shape);
                    boolean single = shape.shape().length == 1 || shape.name().equals("lm_head.weight");
                    float[] expected = single ? original : brain(original);
                    assertThat(back.floats(shape.name())).as(shape.name()).isEqualTo(expected);
                    assertThat(kept.floats(shape.name())).as(shape.name()).isEqualTo(original);
                }
            }
        }
    }

    @Test
    void weightsThatArriveAreRoundedIntoTheirPlace() throws Exception {
        try (Loaded loaded = Loaded.of("golden-tied", BRAIN, false);
                TorchScript copier = Weights.copier(loaded.manager());
                WeightFiles files = loaded.directory().openWeights()) {
            String before = loaded.weights().digest();
            loaded.weights().assign(files, copier);
            assertThat(loaded.weights().digest()).isEqualTo(before);
        }
    }

    private static PackedRows next(int[] tokens, int token) {
        int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
        longer[tokens.length] = token;
        PackedRows all = PackedRows.sequence(longer);
        int last = all.scored() - 1;
        return new PackedRows(
                1,
                all.width(),
                all.tokens(),
                all.positions(),
                all.branches(),
                new long[] {all.sources()[last]},
                new long[] {all.targets()[last]});
    }

    private static float[] scores(String name, Arithmetic arithmetic, boolean trainable) throws Exception {
        try (Loaded loaded = Loaded.of(name, arithmetic, trainable)) {
            return loaded.score(PackedRows.sequence(loaded.tokens()));
        }
    }

    private static List<float[]> gradients(String name, Arithmetic arithmetic) throws Exception {
        try (Loaded loaded = Loaded.of(name, arithmetic, true)) {
            RecordedScore scored = loaded.decoder()
                    .record(
                            loaded.manager(),
                            loaded.weights(),
                            PackedRows.sequence(loaded.tokens()),
                            1,
                            ScoringMemory.DEFAULT);
            var vector = new float[scored.values().length];
            Arrays.fill(vector, 0, vector.length / 2, 1);
            scored.backward(vector);
            return loaded.weights().list().stream()
                    .map(NDArray::getGradient)
                    .map(NDArray::toFloatArray)
                    .toList();
        }
    }

    /** A checkpoint's weights and a decoder for them. */
    private record Loaded(PolicyDirectory directory, NDManager manager, Weights weights, Decoder decoder)
            implements AutoCloseable {

        static Loaded of(String name, Arithmetic arithmetic, boolean trainable) throws Exception {
            PolicyDirectory directory =
                    PolicyDirectory.open(Path.of(Objects.requireNonNull(ComputationTest.class.getResource(name))
                            .toURI()));
            NDManager manager = ComputeDevice.CPU.newManager();
            try (WeightFiles files = directory.openWeights()) {
                return new Loaded(
                        directory,
                        manager,
                        Weights.load(directory.config(), files, manager, arithmetic.numbers(), trainable),
                        new Decoder(directory.config(), manager, 64, arithmetic));
            }
        }

        float[] score(PackedRows rows) {
            float[] both = decoder.score(manager, weights, rows, 1, false).toFloatArray();
            return Arrays.copyOf(both, both.length / 2);
        }

        int[] tokens() {
            return new SplittableRandom(3)
                    .ints(LENGTH, 0, directory.config().vocabularySize())
                    .toArray();
        }

        @Override
        public void close() {
            decoder.close();
            weights.close();
            manager.close();
        }
    }

    private static float[] brain(float[] values) {
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Float.intBitsToFloat(Precision.brain(values[i]) << 16);
        }
        return rounded;
    }

    private static double mean(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    private static double greatest(float[] a, float[] b) {
        double greatest = 0;
        for (int i = 0; i < a.length; i++) {
            greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
        }
        return greatest;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squares = 0;
        double others = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squares += (double) a[i] * a[i];
            others += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(squares * others);
    }
}
