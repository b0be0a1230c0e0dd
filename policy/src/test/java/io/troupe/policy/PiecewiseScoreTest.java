package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pass in pieces against the same pass as a whole: the same numbers, the same gradients. */
class PiecewiseScoreTest {

    private record Pass(float[] values, List<float[]> gradients) {}

    static Stream<Arguments> policies() {
        return Stream.of("golden-untied", "golden-tied", "golden-qwen2-yarn", "golden-qwen3", "golden-gemma3")
                .flatMap(name -> Stream.of(Computation.values())
                        .flatMap(numbers -> Stream.of(false, true)
                                .map(checkpointing -> Arguments.of(name, numbers, checkpointing))));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void piecesGiveTheNumbersAndGradientsOfTheWhole(String name, Computation numbers, boolean checkpointing)
            throws Exception {
        Path folder =
                Path.of(Objects.requireNonNull(getClass().getResource(name)).toURI());
        PolicyDirectory directory = PolicyDirectory.open(folder);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                WeightFiles files = directory.openWeights();
                var decoder = new Decoder(directory.config(), manager, 128, new Arithmetic(numbers, Attention.FUSED))) {
            PackedRows rows = tree(directory.config().vocabularySize());
            Pass whole = pass(decoder, directory, files, manager, rows, ScoringMemory.DEFAULT);
            var small = new ScoringMemory(3L * directory.config().vocabularySize(), checkpointing);
            Pass pieces = pass(decoder, directory, files, manager, rows, small);
            double tolerance =
                    numbers == Computation.FLOAT32 ? 1e-5 : 2e-2; // what is rounded differs in the last digits
            close(pieces.values(), whole.values(), 1e-5, "values");
            List<TensorShape> shapes = directory.config().tensors();
            for (int i = 0; i < shapes.size(); i++) {
                close(
                        pieces.gradients().get(i),
                        whole.gradients().get(i),
                        tolerance,
                        shapes.get(i).name());
            }
        }
    }

    private static Pass pass(
            Decoder decoder,
            PolicyDirectory directory,
            WeightFiles files,
            NDManager manager,
            PackedRows rows,
            ScoringMemory memory) {
        try (NDManager scope = manager.newSubManager();
                Weights weights = Weights.load(directory.config(), files, manager, true)) {
            RecordedScore score = decoder.record(scope, weights, rows, 0.9, memory);
            float[] values = score.values();
            var vector = new float[values.length];
            var random = new SplittableRandom(4);
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (random.nextDouble() - 0.5);
            }
            score.backward(vector);
            var gradients = new ArrayList<float[]>();
            for (NDArray array : weights.list()) {
                try (NDArray gradient = array.getGradient()) {
                    gradients.add(gradient.toFloatArray());
                }
            }
            return new Pass(values, gradients);
        }
    }

    /** Two rows of a prefix and two branches, every token of the branches scored. */
    private static PackedRows tree(int vocabulary) {
        int width = 30;
        var random = new SplittableRandom(9);
        long[] tokens = random.longs(2L * width, 0, vocabulary).toArray();
        var positions = new long[2 * width];
        var branches = new long[2 * width];
        var sources = LongStream.builder();
        var targets = LongStream.builder();
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < width; column++) {
                int cell = row * width + column;
                int branch = column < 10 ? 0 : column < 20 ? 1 : 2;
                branches[cell] = branch;
                positions[cell] = branch == 0 ? column : 10 + (column - 10) % 10;
                if (branch > 0) {
                    boolean first = (column - 10) % 10 == 0;
                    sources.add(first ? row * width + 9 : cell - 1);
                    targets.add(tokens[cell]);
                }
            }
        }
        return new PackedRows(
                2,
                width,
                tokens,
                positions,
                branches,
                sources.build().toArray(),
                targets.build().toArray());
    }

    private static void close(float[] actual, float[] expected, double tolerance, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double scale = 1e-3;
        for (float value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as(what).isCloseTo(expected[i], within(tolerance * scale));
        }
    }
}
