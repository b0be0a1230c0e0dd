package io.troupe.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tensors a decoder's program takes, in which order: those of {@link ModelConfig#tensors()}, and behind those of each layer the adapters of that
 * layer, A before B, if there are any. Immutable.
 */
record WeightLayout(ModelConfig config, @Nullable LoraSettings lora) {

    /** How PEFT prefixes the names of the wrapped model's layers. */
    private static final String ADAPTER_PREFIX = "base_model.model.";

    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    static WeightLayout of(ModelConfig config) {
        return new WeightLayout(config, null);
    }

    /** All tensors, in order; adapters under the names that PEFT gives them. */
    List<TensorShape> tensors() {
        if (lora == null) {
            return config.tensors();
        }
        var tensors = new ArrayList<TensorShape>();
        int base = config.layerTensors().size();
        List<TensorShape> frozen = config.tensors();
        tensors.add(frozen.get(0));
        for (int layer = 0; layer < config.layers(); layer++) {
            tensors.addAll(frozen.subList(1 + layer * base, 1 + (layer + 1) * base));
            for (String target : lora.targets()) {
                tensors.addAll(adapters(layer, target, lora.rank()));
            }
        }
        tensors.addAll(frozen.subList(1 + config.layers() * base, frozen.size()));
        return tensors;
    }

    /** The names of one layer's tensors, without what names the layer. */
    List<String> layerTensors() {
        var names = new ArrayList<>(config.layerTensors());
        if (lora != null) {
            for (String target : lora.targets()) {
                names.add(module(target) + DOWN);
                names.add(module(target) + UP);
            }
        }
        return names;
    }

    /** How many tensors a layer has. */
    int stride() {
        return layerTensors().size();
    }

    /** Where the last norm is. */
    int lastNorm() {
        return 1 + stride() * config.layers();
    }

    /** Where the matrix is that gives the logits. */
    int head() {
        return config.tiedEmbeddings() ? 0 : lastNorm() + 1;
    }

    /** Whether training changes a tensor: adapters if there are any, everything otherwise. */
    boolean trains(TensorShape tensor) {
        return lora == null || isAdapter(tensor);
    }

    /** Whether a tensor stays in single precision where the others are rounded: norms and biases, adapters, the matrix of the logits. */
    boolean staysSingle(TensorShape tensor) {
        boolean logits = tensor.name().equals(config.tiedEmbeddings() ? ModelConfig.EMBEDDING : ModelConfig.HEAD);
        return tensor.shape().length == 1 || isAdapter(tensor) || logits;
    }

    static boolean isAdapter(TensorShape tensor) {
        return tensor.name().startsWith(ADAPTER_PREFIX);
    }

    /** Whether a tensor is the A of its pair. */
    static boolean isDown(TensorShape tensor) {
        return tensor.name().endsWith(DOWN);
    }

    /** The name of the matrix that the A of an adapter stands beside. */
    static String adapted(TensorShape down) {
        return down.name().substring(ADAPTER_PREFIX.length(), down.name().length() - DOWN.length()) + ".weight";
    }

    /** Where the A of the adapter beside a matrix is within its layer, or -1. */
    int adapterOf(String weight) {
        return weight.endsWith("_proj.weight")
                ? layerTensors().indexOf(weight.substring(0, weight.length() - ".weight".length()) + DOWN)
                : -1;
    }

    private List<TensorShape> adapters(int layer, String target, int rank) {
        long[] matrix = config.shapeOf(module(target) + ".weight");
        String name = ADAPTER_PREFIX + "model.layers." + layer + "." + module(target);
        return List.of(new TensorShape(name + DOWN, rank, matrix[1]), new TensorShape(name + UP, matrix[0], rank));
    }

    private static String module(String target) {
        boolean attention = LoraSettings.LAYERS.indexOf(target) < 4;
        return (attention ? "self_attn." : "mlp.") + target;
    }
}
