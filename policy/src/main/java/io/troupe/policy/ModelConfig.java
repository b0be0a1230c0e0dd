package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param modelType the family's name, "llama"
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated feed-forward layer
 * @param layers how many blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of a head; even
 * @param rmsNormEpsilon added to the mean square
 * @param ropeTheta base of the rotary frequencies
 * @param maxPositions the longest sequence, in tokens
 * @param tiedEmbeddings whether the head is the embedding
 * @param endOfTurnTokens tokens that end a turn: {@code eos_token_id} of config.json and generation_config.json; the first is the chief one
 * @param padToken the padding token, if any
 * @param bosToken the token that begins a text, if any
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
        double ropeTheta,
        int maxPositions,
        boolean tiedEmbeddings,
        List<Integer> endOfTurnTokens,
        @Nullable Integer padToken,
        @Nullable Integer bosToken) {

    static final String FILE = "config.json";
    static final String GENERATION_FILE = "generation_config.json";

    /** Checks that the numbers can belong to a decoder. */
    public ModelConfig {
        require(vocabularySize > 0, "vocab_size", vocabularySize);
        require(hiddenSize > 0, "hidden_size", hiddenSize);
        require(intermediateSize > 0, "intermediate_size", intermediateSize);
        require(layers > 0, "num_hidden_layers", layers);
        require(heads > 0, "num_attention_heads", heads);
        require(keyValueHeads > 0 && heads % keyValueHeads == 0, "num_key_value_heads", keyValueHeads);
        require(headSize > 0 && headSize % 2 == 0, "head_dim", headSize);
        require(rmsNormEpsilon > 0, "rms_norm_eps", rmsNormEpsilon);
        require(ropeTheta > 0, "rope_theta", ropeTheta);
        require(maxPositions > 0, "max_position_embeddings", maxPositions);
        endOfTurnTokens = List.copyOf(endOfTurnTokens);
        for (int token : endOfTurnTokens) {
            require(token >= 0 && token < vocabularySize, "eos_token_id", token);
        }
    }

    /**
     * Reads a policy's directory.
     *
     * @throws PolicyFormatException naming the file and the key that is missing, wrong or not supported
     */
    public static ModelConfig read(Path directory) {
        Path file = directory.resolve(FILE);
        var json = JsonFile.read(file);
        requireSupported(json);
        int heads = json.integer("num_attention_heads");
        int hidden = json.integer("hidden_size");
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
                    hidden,
                    json.integer("intermediate_size"),
                    json.integer("num_hidden_layers"),
                    heads,
                    json.integer("num_key_value_heads", heads),
                    json.integer("head_dim", heads > 0 ? hidden / heads : 0),
                    json.number("rms_norm_eps", 1e-6),
                    ropeTheta(json),
                    json.integer("max_position_embeddings", 2048),
                    json.flag("tie_word_embeddings"),
                    ends,
                    json.optionalInteger("pad_token_id"),
                    json.optionalInteger("bos_token_id"));
        } catch (IllegalArgumentException e) {
            throw new PolicyFormatException(file + ": " + e.getMessage(), e);
        }
    }

    /** Writes {@code config.json} and {@code generation_config.json}, as transformers reads them. */
    public void write(Path directory) throws IOException {
        ObjectNode json = JsonFile.object();
        json.putArray("architectures").add("LlamaForCausalLM");
        json.put("model_type", modelType);
        json.put("vocab_size", vocabularySize);
        json.put("hidden_size", hiddenSize);
        json.put("intermediate_size", intermediateSize);
        json.put("num_hidden_layers", layers);
        json.put("num_attention_heads", heads);
        json.put("num_key_value_heads", keyValueHeads);
        json.put("head_dim", headSize);
        json.put("hidden_act", "silu");
        json.put("rms_norm_eps", rmsNormEpsilon);
        json.put("rope_theta", ropeTheta);
        json.put("max_position_embeddings", maxPositions);
        json.put("tie_word_embeddings", tiedEmbeddings);
        json.put("attention_bias", false);
        json.put("mlp_bias", false);
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
        long queries = (long) heads * headSize;
        long keys = (long) keyValueHeads * headSize;
        tensors.add(new TensorShape("model.embed_tokens.weight", vocabularySize, hiddenSize));
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "model.layers." + layer + ".";
            tensors.add(new TensorShape(prefix + "input_layernorm.weight", hiddenSize));
            tensors.add(new TensorShape(prefix + "self_attn.q_proj.weight", queries, hiddenSize));
            tensors.add(new TensorShape(prefix + "self_attn.k_proj.weight", keys, hiddenSize));
            tensors.add(new TensorShape(prefix + "self_attn.v_proj.weight", keys, hiddenSize));
            tensors.add(new TensorShape(prefix + "self_attn.o_proj.weight", hiddenSize, queries));
            tensors.add(new TensorShape(prefix + "post_attention_layernorm.weight", hiddenSize));
            tensors.add(new TensorShape(prefix + "mlp.gate_proj.weight", intermediateSize, hiddenSize));
            tensors.add(new TensorShape(prefix + "mlp.up_proj.weight", intermediateSize, hiddenSize));
            tensors.add(new TensorShape(prefix + "mlp.down_proj.weight", hiddenSize, intermediateSize));
        }
        tensors.add(new TensorShape("model.norm.weight", hiddenSize));
        if (!tiedEmbeddings) {
            tensors.add(new TensorShape("lm_head.weight", vocabularySize, hiddenSize));
        }
        return tensors;
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

    private static double ropeTheta(JsonFile json) {
        JsonNode parameters = json.node("rope_parameters");
        return parameters.has("rope_theta")
                ? parameters.get("rope_theta").asDouble()
                : json.number("rope_theta", 10_000);
    }

    private static void requireSupported(JsonFile json) {
        json.requireValue("model_type", "llama", "llama");
        json.requireValue("hidden_act", "silu", "silu");
        json.requireValue("attention_bias", "false", "false");
        json.requireValue("mlp_bias", "false", "false");
        for (String key : new String[] {"rope_scaling", "rope_parameters"}) {
            JsonNode scaling = json.node(key);
            String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
            if (!type.equals("default")) {
                throw new PolicyFormatException(
                        json.file() + ": " + key + " of type '" + type + "' is not supported; supported: default");
            }
        }
    }

    private static void require(boolean condition, String key, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(key + " cannot be " + value);
        }
    }
}
