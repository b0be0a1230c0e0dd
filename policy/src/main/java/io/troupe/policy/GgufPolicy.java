package io.troupe.policy;

import io.troupe.policy.GgufFile.Tensor;
import io.troupe.policy.Rope.Scaling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy in one GGUF file, as Hugging Face's layout would have it: the tensors under its names, un-permuted and in single precision, and its
 * configuration, tokenizer and chat template as files. Thread-safe; closed by {@link #close()}.
 */
final class GgufPolicy implements TensorSource {

    private static final String SUFFIX = ".gguf";
    private static final int NAME_LENGTH = 16;

    /** GGUF's architectures, and the family that each is. Mistral's files call themselves llama. */
    private static final Map<String, String> FAMILIES =
            Map.of("llama", "llama", "qwen2", "qwen2", "qwen3", "qwen3", "gemma3", "gemma3_text");

    private static final Map<String, String> OUTER = Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "output_norm.weight", "model.norm.weight",
            "output.weight", "lm_head.weight");

    private static final Map<String, String> INNER = Map.ofEntries(
            Map.entry("attn_norm.weight", "input_layernorm.weight"),
            Map.entry("attn_q.weight", "self_attn.q_proj.weight"),
            Map.entry("attn_k.weight", "self_attn.k_proj.weight"),
            Map.entry("attn_v.weight", "self_attn.v_proj.weight"),
            Map.entry("attn_output.weight", "self_attn.o_proj.weight"),
            Map.entry("attn_q.bias", "self_attn.q_proj.bias"),
            Map.entry("attn_k.bias", "self_attn.k_proj.bias"),
            Map.entry("attn_v.bias", "self_attn.v_proj.bias"),
            Map.entry("attn_q_norm.weight", "self_attn.q_norm.weight"),
            Map.entry("attn_k_norm.weight", "self_attn.k_norm.weight"),
            Map.entry("ffn_gate.weight", "mlp.gate_proj.weight"),
            Map.entry("ffn_up.weight", "mlp.up_proj.weight"),
            Map.entry("ffn_down.weight", "mlp.down_proj.weight"),
            Map.entry("ffn_norm.weight", "post_attention_layernorm.weight"));

    /** Where Gemma differs: its norm before the feed-forward layer has a name of its own. */
    private static final Map<String, String> GEMMA = Map.of(
            "ffn_norm.weight", "pre_feedforward_layernorm.weight",
            "post_attention_norm.weight", "post_attention_layernorm.weight",
            "post_ffw_norm.weight", "post_feedforward_layernorm.weight");

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final String family;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private GgufPolicy(GgufFile file) {
        this.file = file;
        metadata = new GgufMetadata(file);
        String architecture = metadata.text("general.architecture");
        String known = FAMILIES.get(architecture);
        if (known == null) {
            throw new PolicyFormatException(file.file() + ": general.architecture '" + architecture
                    + "' is not supported; supported: gemma3, llama, qwen2, qwen3");
        }
        family = known;
        for (Tensor tensor : file.tensors().values()) {
            String name = nameOf(tensor.name());
            if (name != null) {
                tensors.put(name, tensor);
            }
        }
    }

    /** Whether a path names a file in this format. */
    static boolean isGguf(Path path) {
        return path.toString().endsWith(SUFFIX) && !Files.isDirectory(path);
    }

    static GgufPolicy open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return new GgufPolicy(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Writes configuration, tokenizer and template to a folder of the cache that is named after the file's head, once.
     *
     * @return the folder
     */
    static Path unpack(Path path, Path cache) {
        try (GgufPolicy policy = open(path)) {
            Path target = cache.resolve("gguf-" + policy.digest().substring(0, NAME_LENGTH));
            if (Files.exists(target.resolve(ModelConfig.FILE))) {
                return target;
            }
            Files.createDirectories(cache);
            Path aside = Files.createTempDirectory(cache, "gguf-");
            try {
                policy.config().write(aside);
                new GgufTokenizer(policy.metadata).write(aside);
                Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                deleteFolder(aside); // another process was faster
            } catch (IOException | RuntimeException e) {
                deleteFolder(aside); // refused: nothing stays behind
                throw e;
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + path + " to " + cache + " — see TROUPE_CACHE", e);
        }
    }

    @Override
    public Path file() {
        return file.file();
    }

    @Override
    public Map<String, List<Long>> shapes() {
        var shapes = new LinkedHashMap<String, List<Long>>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    @Override
    public float[] floats(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new PolicyFormatException(file.file() + " has no tensor '" + name + "'");
        }
        float[] values = file.floats(tensor);
        if (family.equals("llama") && (name.endsWith("q_proj.weight") || name.endsWith("k_proj.weight"))) {
            int heads = name.endsWith("q_proj.weight") ? heads() : keyValueHeads();
            return unpermuted(values, heads, tensor.shape());
        }
        if (family.startsWith("gemma") && name.endsWith("norm.weight")) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= 1; // the file has 1 + weight
            }
        }
        return values;
    }

    @Override
    public void close() {
        file.close();
    }

    /** GGUF keeps the pairs that rotate together side by side; Hugging Face's layout has first halves, then second halves. */
    private float[] unpermuted(float[] values, int heads, List<Long> shape) {
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        int half = rows / heads / 2;
        var sorted = new float[values.length];
        for (int row = 0; row < rows; row++) {
            int head = row / (2 * half);
            int within = row % (2 * half);
            int from = head * 2 * half + (within < half ? 2 * within : 2 * (within - half) + 1);
            System.arraycopy(values, from * columns, sorted, row * columns, columns);
        }
        return sorted;
    }

    private @Nullable String nameOf(String name) {
        String outer = OUTER.get(name);
        if (outer != null) {
            return outer;
        }
        String[] parts = name.split("\\.", 3);
        if (parts.length < 3 || !parts[0].equals("blk")) {
            return null; // rope_freqs and the like, looked at elsewhere
        }
        String inner = INNER.get(parts[2]);
        if (family.startsWith("gemma")) {
            inner = GEMMA.getOrDefault(parts[2], inner);
        }
        if (inner == null) {
            throw new PolicyFormatException(
                    file.file() + ": tensor '" + name + "' is not known for the family " + family);
        }
        return "model.layers." + parts[1] + "." + inner;
    }

    private int heads() {
        return metadata.integer("attention.head_count");
    }

    private int keyValueHeads() {
        return metadata.integer("attention.head_count_kv", heads());
    }

    private ModelConfig config() {
        int hidden = metadata.integer("embedding_length");
        int headSize = metadata.integer("attention.key_length", hidden / Math.max(1, heads()));
        List<Object> vocabulary = metadata.list("tokenizer.ggml.tokens");
        try {
            return new ModelConfig(
                    family,
                    vocabulary.size(),
                    hidden,
                    metadata.integer("feed_forward_length"),
                    metadata.integer("block_count"),
                    heads(),
                    keyValueHeads(),
                    headSize,
                    rounded(metadata.number("attention.layer_norm_rms_epsilon", 1e-5)),
                    metadata.integer("context_length"),
                    !tensors.containsKey("lm_head.weight"),
                    endOfTurn(),
                    metadata.optionalToken("tokenizer.ggml.padding_token_id"),
                    metadata.optionalToken("tokenizer.ggml.bos_token_id"),
                    architecture(headSize));
        } catch (IllegalArgumentException e) {
            throw new PolicyFormatException(file.file() + ": " + e.getMessage(), e);
        }
    }

    private List<Integer> endOfTurn() {
        var ends = new ArrayList<Integer>();
        for (String key : List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id")) {
            Integer token = metadata.optionalToken(key);
            if (token != null && !ends.contains(token)) {
                ends.add(token);
            }
        }
        return ends;
    }

    private Architecture architecture(int headSize) {
        boolean gemma = family.startsWith("gemma");
        int layers = metadata.integer("block_count");
        Rope rope = new Rope(metadata.number("rope.freq_base", gemma ? 1_000_000 : 10_000), scaling(headSize));
        Integer window = metadata.optionalInteger("attention.sliding_window");
        List<Boolean> sliding = window == null ? List.of() : sliding(layers, gemma);
        return new Architecture(
                family.equals("qwen2"),
                false,
                gemma || family.equals("qwen3"),
                gemma,
                gemma,
                gemma ? Architecture.Activation.GELU_TANH : Architecture.Activation.SILU,
                gemma ? Math.sqrt(metadata.integer("embedding_length")) : 1,
                gemma ? Math.pow(gemmaScalar(headSize, layers), -0.5) : 1 / Math.sqrt(headSize),
                window,
                sliding,
                rope,
                gemma ? Rope.of(10_000) : rope);
    }

    /** Gemma 3's query_pre_attn_scalar is the head's size but for the 27 B policy of 62 layers, where it is hidden size / heads. */
    private double gemmaScalar(int headSize, int layers) {
        return layers == 62 ? (double) metadata.integer("embedding_length") / heads() : headSize;
    }

    private static List<Boolean> sliding(int layers, boolean gemma) {
        if (!gemma) {
            return Collections.nCopies(layers, true);
        }
        var slides = new ArrayList<Boolean>();
        for (int layer = 0; layer < layers; layer++) {
            slides.add((layer + 1) % 6 != 0);
        }
        return slides;
    }

    private Scaling scaling(int headSize) {
        Tensor factors = file.tensors().get("rope_freqs.weight");
        if (factors != null) {
            return llama3(file.floats(factors), headSize);
        }
        String type = metadata.text("rope.scaling.type", "none");
        double factor = metadata.number("rope.scaling.factor", 1);
        return switch (type) {
            case "none" -> new Scaling.None();
            case "linear" -> new Scaling.Linear(factor);
            case "yarn" ->
                new Scaling.Yarn(
                        factor,
                        32,
                        1,
                        metadata.integer("rope.scaling.original_context_length"),
                        factor > 1 ? 0.1 * Math.log(factor) + 1 : 1,
                        true);
            default ->
                throw new PolicyFormatException(file.file() + ": rope.scaling.type '" + type
                        + "' is not supported; supported: none, linear, yarn");
        };
    }

    /** Llama 3's files hold the divisors themselves; the numbers that they were made of are those of one of the published policies. */
    private Scaling llama3(float[] divisors, int headSize) {
        double theta = metadata.number("rope.freq_base", 10_000);
        float[] plain = Rope.of(theta).frequencies(headSize);
        for (double factor : new double[] {8, 32}) {
            var candidate = new Scaling.Llama3(factor, 1, 4, 8192);
            float[] scaled = new Rope(theta, candidate).frequencies(headSize);
            boolean same = divisors.length == plain.length;
            for (int i = 0; same && i < plain.length; i++) {
                same = Math.abs(plain[i] / scaled[i] - divisors[i]) <= 1e-3 * divisors[i];
            }
            if (same) {
                return candidate;
            }
        }
        throw new PolicyFormatException(
                file.file() + ": rope_freqs.weight is that of no known policy; supported: Llama 3.1, 3.2 and 3.3");
    }

    /** A number that went through single precision, as the nearest short decimal: 9.999999747378752e-06 was 1e-5. */
    private static double rounded(double value) {
        return Double.parseDouble(Float.toString((float) value));
    }

    private String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file.head()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }
}
