package io.troupe.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder, as {@code config.json} gives it. Immutable.
 *
 * @param modelType the family's name in transformers, such as "llama"
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated feed-forward layer
 * @param layers how many blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of a head; even
 * @param rmsNormEpsilon added to the mean square
 * @param maxPositions the longest sequence, in tokens
 * @param tiedEmbeddings whether the head is the embedding
 * @param endOfTurnTokens tokens that end a turn: {@code eos_token_id} of config.json and generation_config.json; the first is the chief one
 * @param padToken the padding token, if any
 * @param bosToken the token that begins a text, if any
 * @param architecture in what it differs from Llama's decoder
 * @param diffusion that it is a masked diffusion model, whose tokens see those to their right too; null if it predicts the next token
 */
public record ModelConfig(
        String modelType,
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        double rmsNormEpsilon,
        int maxPositions,
        boolean tiedEmbeddings,
        List<Integer> endOfTurnTokens,
        @Nullable Integer padToken,
        @Nullable Integer bosToken,
        Architecture architecture,
        @Nullable Diffusion diffusion) {

    static final String FILE = "config.json";
    static final String GENERATION_FILE = "generation_config.json";

    private static final int MAX_LAYERS = 10_000; // the deepest that are published have some hundred

    /** The names of the two tensors outside of the layers that are matrices. */
    static final String EMBEDDING = "model.embed_tokens.weight";

    static final String HEAD = "lm_head.weight";

    /** Checks that the numbers can belong to a decoder. */
    public ModelConfig {
        require(vocabularySize > 0, "vocab_size", vocabularySize);
        require(hiddenSize > 0, "hidden_size", hiddenSize);
        require(intermediateSize > 0, "intermediate_size", intermediateSize);
        require(layers > 0 && layers <= MAX_LAYERS, "num_hidden_layers", layers);
        require(heads > 0, "num_attention_heads", heads);
        require(keyValueHeads > 0 && heads % keyValueHeads == 0, "num_key_value_heads", keyValueHeads);
        require(headSize > 0 && headSize % 2 == 0, "head_dim", headSize);
        require(rmsNormEpsilon > 0, "rms_norm_eps", rmsNormEpsilon);
        require(maxPositions > 0, "max_position_embeddings", maxPositions);
        require(
                architecture.slidingLayers().isEmpty()
                        || architecture.slidingLayers().size() == layers,
                "layer_types",
                architecture.slidingLayers());
        endOfTurnTokens = List.copyOf(endOfTurnTokens);
        for (int token : endOfTurnTokens) {
            require(token >= 0 && token < vocabularySize, "eos_token_id", token);
        }
        if (diffusion != null) {
            require(diffusion.maskToken() < vocabularySize, "mask_token_id", diffusion.maskToken());
            require(!endOfTurnTokens.contains(diffusion.maskToken()), "mask_token_id", diffusion.maskToken());
            require(!architecture.anySlides(), "layer_types", architecture.slidingLayers());
            require(diffusion.window() < maxPositions, "diffusion.window", diffusion.window());
        }
    }

    /** Of a decoder that predicts the next token. */
    public ModelConfig(
            String modelType,
            int vocabularySize,
            int hiddenSize,
            int intermediateSize,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            double rmsNormEpsilon,
            int maxPositions,
            boolean tiedEmbeddings,
            List<Integer> endOfTurnTokens,
            @Nullable Integer padToken,
            @Nullable Integer bosToken,
            Architecture architecture) {
        this(
                modelType,
                vocabularySize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                rmsNormEpsilon,
                maxPositions,
                tiedEmbeddings,
                endOfTurnTokens,
                padToken,
                bosToken,
                architecture,
                null);
    }

    /**
     * Reads a policy's directory.
     *
     * @throws PolicyFormatException naming the file and the key that is missing, wrong or not supported
     */
    public static ModelConfig read(Path directory) {
        Path file = directory.resolve(FILE);
        var json = JsonFile.read(file);
        json.requireValue("model_type", ArchitectureKeys.FAMILIES.keySet());
        if (json.integer("num_hidden_layers") > MAX_LAYERS) { // before anything is made for each of them
            throw new PolicyFormatException(file + ": num_hidden_layers cannot be " + json.integer("num_hidden_layers")
                    + "; the most are " + MAX_LAYERS);
        }
        int heads = json.integer("num_attention_heads");
        int headSize = ArchitectureKeys.headSize(json, heads);
        var ends = new ArrayList<Integer>();
        json.tokens("eos_token_id", ends);
        Path generation = directory.resolve(GENERATION_FILE);
        if (Files.exists(generation)) {
            JsonFile.read(generation).tokens("eos_token_id", ends);
        }
        try {
            return new ModelConfig(
                    json.text("model_type"),
                    json.integer("vocab_size"),
                    json.integer("hidden_size"),
                    json.integer("intermediate_size"),
                    json.integer("num_hidden_layers"),
                    heads,
                    json.integer("num_key_value_heads", heads),
                    headSize,
                    json.number("rms_norm_eps", 1e-6),
                    json.integer("max_position_embeddings", 2048),
                    ArchitectureKeys.tied(json),
                    ends,
                    json.optionalInteger("pad_token_id"),
                    json.optionalInteger("bos_token_id"),
                    ArchitectureKeys.read(json, headSize),
                    json.text("model_type").equals(Diffusion.MODEL_TYPE) ? Diffusion.read(json) : null);
        } catch (IllegalArgumentException e) {
            throw new PolicyFormatException(file + ": " + e.getMessage(), e);
        }
    }

    /** Writes {@code config.json} and {@code generation_config.json}, as transformers reads them. */
    public void write(Path directory) throws IOException {
        ObjectNode json = JsonFile.object();
        json.putArray("architectures").add(ArchitectureKeys.FAMILIES.get(modelType));
        json.put("model_type", modelType);
        json.put("vocab_size", vocabularySize);
        json.put("hidden_size", hiddenSize);
        json.put("intermediate_size", intermediateSize);
        json.put("num_hidden_layers", layers);
        json.put("num_attention_heads", heads);
        json.put("num_key_value_heads", keyValueHeads);
        json.put("head_dim", headSize);
        json.put("rms_norm_eps", rmsNormEpsilon);
        json.put("max_position_embeddings", maxPositions);
        json.put("tie_word_embeddings", tiedEmbeddings);
        ArchitectureKeys.write(json, this);
        if (diffusion != null) {
            diffusion.write(json);
        }
        json.put("torch_dtype", "float32");
        ObjectNode generation = JsonFile.object();
        for (ObjectNode node : List.of(json, generation)) {
            putTokens(node);
        }
        JsonFile.write(directory.resolve(FILE), json);
        JsonFile.write(directory.resolve(GENERATION_FILE), generation);
    }

    /** The tensors of such a decoder, in the order in which the program takes them. */
    public List<TensorShape> tensors() {
        var tensors = new ArrayList<TensorShape>();
        tensors.add(new TensorShape(EMBEDDING, vocabularySize, hiddenSize));
        for (int layer = 0; layer < layers; layer++) {
            for (String name : layerTensors()) {
                tensors.add(new TensorShape("model.layers." + layer + "." + name, shapeOf(name)));
            }
        }
        tensors.add(new TensorShape("model.norm.weight", hiddenSize));
        if (!tiedEmbeddings) {
            tensors.add(new TensorShape(HEAD, vocabularySize, hiddenSize));
        }
        return tensors;
    }

    /** The names of one layer's tensors: Llama's nine, then what the architecture adds. */
    List<String> layerTensors() {
        var names = new ArrayList<>(List.of(
                "input_layernorm.weight",
                "self_attn.q_proj.weight",
                "self_attn.k_proj.weight",
                "self_attn.v_proj.weight",
                "self_attn.o_proj.weight",
                "post_attention_layernorm.weight",
                "mlp.gate_proj.weight",
                "mlp.up_proj.weight",
                "mlp.down_proj.weight"));
        if (architecture.attentionBias()) {
            names.addAll(List.of("self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias"));
        }
        if (architecture.outputBias()) {
            names.add("self_attn.o_proj.bias");
        }
        if (architecture.queryKeyNorm()) {
            names.addAll(List.of("self_attn.q_norm.weight", "self_attn.k_norm.weight"));
        }
        if (architecture.sandwichNorms()) {
            names.addAll(List.of("pre_feedforward_layernorm.weight", "post_feedforward_layernorm.weight"));
        }
        return names;
    }

    long[] shapeOf(String name) {
        long queries = (long) heads * headSize;
        long keys = (long) keyValueHeads * headSize;
        return switch (name) {
            case "self_attn.q_proj.weight" -> new long[] {queries, hiddenSize};
            case "self_attn.k_proj.weight", "self_attn.v_proj.weight" -> new long[] {keys, hiddenSize};
            case "self_attn.o_proj.weight" -> new long[] {hiddenSize, queries};
            case "mlp.gate_proj.weight", "mlp.up_proj.weight" -> new long[] {intermediateSize, hiddenSize};
            case "mlp.down_proj.weight" -> new long[] {hiddenSize, intermediateSize};
            case "self_attn.q_proj.bias" -> new long[] {queries};
            case "self_attn.k_proj.bias", "self_attn.v_proj.bias" -> new long[] {keys};
            case "self_attn.q_norm.weight", "self_attn.k_norm.weight" -> new long[] {headSize};
            default -> new long[] {hiddenSize}; // norms, and the bias of what writes into the residual stream
        };
    }

    private void putTokens(ObjectNode node) {
        ArrayNode ends = node.putArray("eos_token_id");
        endOfTurnTokens.forEach(ends::add);
        if (padToken != null) {
            node.put("pad_token_id", padToken);
        }
        if (bosToken != null) {
            node.put("bos_token_id", bosToken);
        }
    }

    private static void require(boolean condition, String key, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(key + " cannot be " + value);
        }
    }
}
