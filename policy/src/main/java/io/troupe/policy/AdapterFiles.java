package io.troupe.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of adapters in PEFT's layout: {@code adapter_config.json} and {@code adapter_model.safetensors}. Immutable.
 *
 * @param directory where they are
 * @param settings what kind of adapters
 * @param base {@code base_model_name_or_path}, as it is written
 */
record AdapterFiles(Path directory, LoraSettings settings, String base) {

    static final String CONFIG = "adapter_config.json";
    static final String WEIGHTS = "adapter_model.safetensors";

    /** Keys that change what adapters compute, and are not supported unless they are null, false, empty or absent. */
    private static final List<String> UNSUPPORTED = List.of(
            "use_dora",
            "use_qalora",
            "lora_bias",
            "fan_in_fan_out",
            "modules_to_save",
            "layers_to_transform",
            "layers_pattern",
            "rank_pattern",
            "alpha_pattern",
            "exclude_modules",
            "target_parameters",
            "trainable_token_indices",
            "layer_replication",
            "megatron_config");

    static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(CONFIG));
    }

    static AdapterFiles read(Path directory) {
        Path file = directory.resolve(CONFIG);
        JsonFile json = JsonFile.read(file);
        json.requireValue("peft_type", java.util.Set.of("LORA"));
        if (!json.node("bias").asText("none").equals("none")) {
            throw refused(file, "bias", json.node("bias"));
        }
        for (String key : UNSUPPORTED) {
            JsonNode given = json.node(key);
            boolean unset = given.isMissingNode()
                    || (given.isBoolean() && !given.asBoolean())
                    || (given.isContainerNode() && given.isEmpty());
            if (!unset) {
                throw refused(file, key, given);
            }
        }
        var targets = new ArrayList<String>();
        JsonNode modules = json.node("target_modules");
        if (!modules.isArray()) {
            throw new PolicyFormatException(file + ": target_modules must be a list of "
                    + String.join(", ", LoraSettings.LAYERS) + ", but is " + modules);
        }
        modules.forEach(module -> targets.add(module.asText()));
        try {
            var settings =
                    new LoraSettings(json.integer("r"), json.number("lora_alpha", 8), targets, json.flag("use_rslora"));
            return new AdapterFiles(directory, settings, json.text("base_model_name_or_path"));
        } catch (IllegalArgumentException e) {
            throw new PolicyFormatException(file + ": " + e.getMessage(), e);
        }
    }

    /** Writes {@code adapter_config.json}, as PEFT reads it. */
    static void writeConfig(Path directory, LoraSettings settings, String base) throws IOException {
        ObjectNode json = JsonFile.object();
        json.put("peft_type", "LORA");
        json.put("task_type", "CAUSAL_LM");
        json.put("base_model_name_or_path", base);
        json.put("r", settings.rank());
        if (settings.alpha() == Math.rint(settings.alpha())) {
            json.put("lora_alpha", (long) settings.alpha());
        } else {
            json.put("lora_alpha", settings.alpha());
        }
        json.put("use_rslora", settings.rankStabilised());
        json.put("lora_dropout", 0.0);
        var targets = json.putArray("target_modules");
        settings.targets().forEach(targets::add);
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("inference_mode", true);
        JsonFile.write(directory.resolve(CONFIG), json);
    }

    Path weights() {
        return directory.resolve(WEIGHTS);
    }

    /** The policy that the adapters belong to. */
    Path basePath() {
        Path named = directory.resolve(base); // an absolute path stays what it is
        if (!Files.exists(named)) {
            throw new PolicyFormatException(
                    directory.resolve(CONFIG) + ": base_model_name_or_path is '" + base
                            + "', which is not here — get that policy and write the path of its directory (or .gguf file) there");
        }
        if (isIn(named)) {
            throw new PolicyFormatException(directory.resolve(CONFIG) + ": base_model_name_or_path is " + named
                    + ", which holds adapters itself — merge them first: troupe export " + named
                    + " --merged --output DIR");
        }
        return named;
    }

    private static PolicyFormatException refused(Path file, String key, JsonNode value) {
        return new PolicyFormatException(file + ": adapters with " + key + " = " + value
                + " are not supported — merge them into their base with PEFT (merge_and_unload) and give the result");
    }
}
