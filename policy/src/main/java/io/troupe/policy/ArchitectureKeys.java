package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.policy.Architecture.Activation;
import io.troupe.policy.Rope.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link Architecture} as the keys of {@code config.json}, in the spelling of transformers 4 and 5. What is not supported is refused by its name. */
final class ArchitectureKeys {

    /** The families, by {@code model_type}, and the class that transformers has for each. */
    static final Map<String, String> FAMILIES = new TreeMap<>(Map.of(
            "llama",
            "LlamaForCausalLM",
            Diffusion.MODEL_TYPE,
            "LlamaForMaskedDiffusion",
            "mistral",
            "MistralForCausalLM",
            "qwen2",
            "Qwen2ForCausalLM",
            "qwen3",
            "Qwen3ForCausalLM",
            "gemma3_text",
            "Gemma3ForCausalLM"));

    private static final String GEMMA = "gemma3_text";
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final double LOCAL_THETA = 10_000;

    private final JsonFile json;
    private final String type;
    private final int layers;

    private ArchitectureKeys(JsonFile json) {
        this.json = json;
        type = json.text("model_type");
        if (!FAMILIES.containsKey(type)) {
            throw refused("model_type", type, String.join(", ", FAMILIES.keySet()));
        }
        layers = json.integer("num_hidden_layers");
    }

    static Architecture read(JsonFile json, int headSize) {
        return new ArchitectureKeys(json).read(headSize);
    }

    /** What transformers takes where {@code head_dim} is missing. */
    static int headSize(JsonFile json, int heads) {
        int usual = heads > 0 ? json.integer("hidden_size") / heads : 0;
        String type = json.text("model_type");
        return json.integer("head_dim", type.equals(GEMMA) ? 256 : type.equals("qwen3") ? 128 : usual);
    }

    /** What transformers takes where {@code tie_word_embeddings} is missing. */
    static boolean tied(JsonFile json) {
        return json.node("tie_word_embeddings").isMissingNode()
                ? json.text("model_type").equals(GEMMA)
                : json.flag("tie_word_embeddings");
    }

    private Architecture read(int headSize) {
        boolean gemma = type.equals(GEMMA);
        requireUnset("mlp_bias");
        requireUnset("attn_logit_softcapping");
        requireUnset("final_logit_softcapping");
        requireUnset("use_bidirectional_attention");
        boolean bias = !type.equals("mistral") && json.flag("attention_bias");
        List<Boolean> sliding = slidingLayers();
        double scale = gemma ? Math.pow(json.number("query_pre_attn_scalar", 256), -0.5) : 1 / Math.sqrt(headSize);
        Rope rope = rope(FULL, gemma ? 1_000_000 : 10_000);
        Rope slidingRope = gemma ? gemmaSlidingRope() : rope;
        return new Architecture(
                bias || type.equals("qwen2"),
                bias && !type.equals("qwen2"),
                gemma || type.equals("qwen3"),
                gemma,
                gemma,
                activation(gemma ? "hidden_activation" : "hidden_act"),
                gemma ? Math.sqrt(json.integer("hidden_size")) : 1,
                scale,
                sliding.contains(true) ? window() : null,
                sliding.contains(true) ? sliding : List.of(),
                rope,
                slidingRope);
    }

    private Activation activation(String key) {
        JsonNode given = json.node(key);
        String name = given.asText(type.equals(GEMMA) ? "gelu_pytorch_tanh" : "silu");
        return switch (name) {
            case "silu", "swish" -> Activation.SILU;
            case "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            default -> throw refused(key, name, "silu, gelu_pytorch_tanh");
        };
    }

    private @Nullable Integer window() {
        return json.integer("sliding_window", 4096);
    }

    private List<Boolean> slidingLayers() {
        var slides = new ArrayList<Boolean>();
        JsonNode types = json.node("layer_types");
        if (types.isArray() && types.size() != layers) {
            throw new PolicyFormatException(
                    json.file() + ": layer_types has " + types.size() + " entries for " + layers + " layers");
        }
        for (int layer = 0; layer < layers; layer++) {
            slides.add(types.isArray() ? slides(types.get(layer).asText()) : slides(layer));
        }
        return slides;
    }

    private boolean slides(String layerType) {
        return switch (layerType) {
            case SLIDING -> true;
            case FULL -> false;
            default -> throw refused("layer_types", layerType, FULL + ", " + SLIDING);
        };
    }

    /** Where no list of layer types is given. */
    private boolean slides(int layer) {
        return switch (type) {
            case "mistral" -> !json.node("sliding_window").isMissingNode();
            case "qwen2", "qwen3" ->
                json.flag("use_sliding_window")
                        && !json.node("sliding_window").isMissingNode()
                        && layer >= json.integer("max_window_layers", 28);
            case GEMMA -> (layer + 1) % json.integer("sliding_window_pattern", 6) != 0;
            default -> false;
        };
    }

    private Rope gemmaSlidingRope() {
        if (json.node("rope_parameters").has(SLIDING)) {
            return rope(SLIDING, LOCAL_THETA);
        }
        return Rope.of(json.number("rope_local_base_freq", LOCAL_THETA));
    }

    private Rope rope(String layerType, double usualTheta) {
        JsonNode parameters = json.node("rope_parameters");
        if (parameters.has(layerType)) {
            parameters = parameters.get(layerType);
        }
        JsonNode scaling = parameters.isObject() ? parameters : json.node("rope_scaling");
        double theta = parameters.has("rope_theta")
                ? parameters.get("rope_theta").asDouble()
                : json.number("rope_theta", usualTheta);
        return new Rope(theta, scaling(scaling));
    }

    private Scaling scaling(JsonNode given) {
        String kind = given.path("rope_type").asText(given.path("type").asText("default"));
        return switch (kind) {
            case "default" -> new Scaling.None();
            case "linear" -> new Scaling.Linear(positive(given, "factor"));
            case "llama3" ->
                new Scaling.Llama3(
                        positive(given, "factor"),
                        positive(given, "low_freq_factor"),
                        positive(given, "high_freq_factor"),
                        (int) positive(given, "original_max_position_embeddings"));
            case "yarn" -> yarn(given);
            default -> throw refused("rope_scaling of type", kind, "default, linear, llama3, yarn");
        };
    }

    private Scaling yarn(JsonNode given) {
        for (String key : List.of("mscale", "mscale_all_dim")) {
            if (given.hasNonNull(key)) {
                throw refused("rope_scaling." + key, given.get(key).asText(), "yarn without it");
            }
        }
        double factor = positive(given, "factor");
        double usual = factor > 1 ? 0.1 * Math.log(factor) + 1 : 1;
        return new Scaling.Yarn(
                factor,
                given.path("beta_fast").asDouble(32),
                given.path("beta_slow").asDouble(1),
                given.path("original_max_position_embeddings").asInt(json.integer("max_position_embeddings", 2048)),
                given.path("attention_factor").asDouble(usual),
                given.path("truncate").asBoolean(true));
    }

    private double positive(JsonNode given, String key) {
        double value = given.path(key).asDouble(Double.NaN);
        if (!(value > 0)) {
            throw new PolicyFormatException(json.file() + ": rope_scaling." + key + " must be a number > 0, but is "
                    + (given.has(key) ? given.get(key) : "missing"));
        }
        return value;
    }

    private void requireUnset(String key) {
        JsonNode given = json.node(key);
        if (!given.isMissingNode() && !(given.isBoolean() && !given.asBoolean())) {
            throw refused(key, given.asText(), "none");
        }
    }

    private PolicyFormatException refused(String key, String value, String supported) {
        return new PolicyFormatException(
                json.file() + ": " + key + " '" + value + "' is not supported; supported: " + supported);
    }

    /** Puts the keys that {@link #read} takes, as transformers takes them too. */
    static void write(ObjectNode json, ModelConfig config) {
        Architecture architecture = config.architecture();
        boolean gemma = config.modelType().equals(GEMMA);
        String activation = architecture.activation() == Activation.SILU ? "silu" : "gelu_pytorch_tanh";
        json.put(gemma ? "hidden_activation" : "hidden_act", activation);
        if (gemma) {
            json.put("query_pre_attn_scalar", Math.round(Math.pow(architecture.attentionScale(), -2)));
            json.put("rope_local_base_freq", architecture.slidingRope().theta());
        }
        if (config.modelType().equals("llama")) {
            json.put("mlp_bias", false);
        }
        if (!config.modelType().equals("mistral") && !config.modelType().equals("qwen2")) {
            json.put("attention_bias", architecture.attentionBias());
        }
        json.put("rope_theta", architecture.rope().theta());
        writeScaling(json, architecture.rope().scaling());
        writeSliding(json, config);
    }

    private static void writeSliding(ObjectNode json, ModelConfig config) {
        Architecture architecture = config.architecture();
        if (config.modelType().startsWith("qwen")) {
            json.put("use_sliding_window", architecture.anySlides());
        }
        Integer window = architecture.slidingWindow();
        if (window == null) {
            json.putNull("sliding_window");
            return;
        }
        json.put("sliding_window", window);
        if (!config.modelType().equals("mistral")) {
            ArrayNode types = json.putArray("layer_types");
            architecture.slidingLayers().forEach(slides -> types.add(slides ? SLIDING : FULL));
        }
    }

    private static void writeScaling(ObjectNode json, Scaling scaling) {
        if (scaling instanceof Scaling.None) {
            return;
        }
        ObjectNode keys = json.putObject("rope_scaling");
        if (scaling instanceof Scaling.Linear linear) {
            keys.put("rope_type", "linear").put("factor", linear.factor());
        } else if (scaling instanceof Scaling.Llama3 llama) {
            keys.put("rope_type", "llama3")
                    .put("factor", llama.factor())
                    .put("low_freq_factor", llama.lowFrequency())
                    .put("high_freq_factor", llama.highFrequency())
                    .put("original_max_position_embeddings", llama.originalPositions());
        } else if (scaling instanceof Scaling.Yarn yarn) {
            keys.put("rope_type", "yarn")
                    .put("factor", yarn.factor())
                    .put("beta_fast", yarn.betaFast())
                    .put("beta_slow", yarn.betaSlow())
                    .put("original_max_position_embeddings", yarn.originalPositions())
                    .put("attention_factor", yarn.attentionFactor())
                    .put("truncate", yarn.truncate());
        }
    }
}
