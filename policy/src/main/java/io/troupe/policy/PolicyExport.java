package io.troupe.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a policy for other programs: a directory in Hugging Face's layout, or its adapters in PEFT's. Reads one tensor at a time, so that it needs the memory
 * of the largest. Thread-safe.
 */
public final class PolicyExport {

    private final PolicyDirectory directory;
    private final Precision precision;

    /**
     * An export of a policy, wherever it comes from.
     *
     * @param path a directory, a GGUF file, or a directory of adapters
     * @param precision of the numbers that are written
     * @throws PolicyFormatException naming the file that is missing or wrong
     */
    public PolicyExport(Path path, Precision precision) {
        directory = PolicyDirectory.open(path);
        this.precision = precision;
    }

    /** Whether the policy has adapters. */
    public boolean hasAdapters() {
        return directory.adapters() != null;
    }

    /** Where the weights are that the adapters, if any, belong to. */
    public Path base() {
        return directory.weights();
    }

    /** Writes the whole policy, adapters merged into the matrices beside which they stand: W + scale·B·A. */
    public void writeMerged(Path target) throws IOException {
        directory.copyTo(target);
        Path config = target.resolve(ModelConfig.FILE);
        ObjectNode json = JsonFile.read(config).root().deepCopy();
        json.remove("dtype"); // the newer name of the same key
        json.put("torch_dtype", precision.word());
        JsonFile.write(config, json);
        AdapterFiles adapters = directory.adapters();
        try (WeightFiles base = directory.openWeights();
                WeightFiles trained = adapters == null ? null : WeightFiles.open(adapters.weights())) {
            if (trained != null) {
                trained.requireBase(directory::digest);
            }
            var merge = new Merge(base, trained, pairs());
            var tensors = new ArrayList<TensorData>();
            for (TensorShape shape : directory.config().tensors()) {
                tensors.add(data(shape, () -> merge.floats(shape)));
            }
            Safetensors.write(target.resolve(WeightFiles.SINGLE), tensors, Map.of("format", "pt"));
        }
    }

    /**
     * Writes the adapters alone.
     *
     * @param base what {@code base_model_name_or_path} shall say; the path that the adapters name if null. If it is a directory here, its weights must be those
     *     that the adapters belong to
     * @throws PolicyFormatException if the policy has no adapters or the base is another
     */
    public void writeAdapters(Path target, @Nullable String base) throws IOException {
        AdapterFiles adapters = directory.adapters();
        if (adapters == null) {
            throw new PolicyFormatException(directory.weights()
                    + " has no adapters: all its weights were trained — export it in the format hf");
        }
        try (WeightFiles trained = WeightFiles.open(adapters.weights())) {
            trained.requireBase(directory::digest);
            if (base != null && java.nio.file.Files.exists(Path.of(base))) {
                trained.requireBase(PolicyDirectory.open(Path.of(base))::digest);
            }
            directory.copyTokenizerTo(target);
            String named = base == null
                    ? directory.weights().toAbsolutePath().normalize().toString()
                    : base;
            AdapterFiles.writeConfig(target, adapters.settings(), named);
            var tensors = new ArrayList<TensorData>();
            for (TensorShape shape : new WeightLayout(directory.config(), adapters.settings()).tensors()) {
                if (WeightLayout.isAdapter(shape)) {
                    tensors.add(data(shape, () -> trained.floats(shape)));
                }
            }
            Map<String, String> metadata = Map.of("format", "pt", WeightFiles.BASE_DIGEST, directory.digest());
            Safetensors.write(target.resolve(AdapterFiles.WEIGHTS), tensors, metadata);
        }
    }

    private TensorData data(TensorShape shape, java.util.function.Supplier<float[]> floats) {
        return new TensorData(
                shape.name(), precision.type(), shape.shape(), () -> precision.bytes(shape.name(), floats.get()));
    }

    /** A and B by the name of the matrix beside which they stand. */
    private Map<String, List<TensorShape>> pairs() {
        AdapterFiles adapters = directory.adapters();
        var pairs = new HashMap<String, List<TensorShape>>();
        if (adapters != null) {
            List<TensorShape> all = new WeightLayout(directory.config(), adapters.settings()).tensors();
            for (int i = 0; i < all.size(); i++) {
                if (WeightLayout.isDown(all.get(i))) {
                    pairs.put(WeightLayout.adapted(all.get(i)), List.of(all.get(i), all.get(i + 1)));
                }
            }
        }
        return pairs;
    }

    /** The numbers of the merged policy. */
    private final class Merge {
        private final WeightFiles base;
        private final @Nullable WeightFiles trained;
        private final Map<String, List<TensorShape>> pairs;

        Merge(WeightFiles base, @Nullable WeightFiles trained, Map<String, List<TensorShape>> pairs) {
            this.base = base;
            this.trained = trained;
            this.pairs = pairs;
        }

        float[] floats(TensorShape shape) {
            float[] matrix = base.floats(shape);
            List<TensorShape> pair = pairs.get(shape.name());
            AdapterFiles adapters = directory.adapters();
            if (pair == null || trained == null || adapters == null) {
                return matrix;
            }
            float[] down = trained.floats(pair.get(0));
            float[] up = trained.floats(pair.get(1));
            add(matrix, up, down, adapters.settings());
            return matrix;
        }

        private static void add(float[] matrix, float[] up, float[] down, LoraSettings lora) {
            int rank = lora.rank();
            int columns = down.length / rank;
            var sums = new double[columns];
            for (int row = 0; row < matrix.length / columns; row++) {
                java.util.Arrays.fill(sums, 0);
                for (int k = 0; k < rank; k++) {
                    double factor = lora.scale() * up[row * rank + k];
                    for (int column = 0; column < columns; column++) {
                        sums[column] += factor * down[k * columns + column];
                    }
                }
                for (int column = 0; column < columns; column++) {
                    int cell = row * columns + column;
                    matrix[cell] = (float) (matrix[cell] + sums[column]);
                }
            }
        }
    }
}
