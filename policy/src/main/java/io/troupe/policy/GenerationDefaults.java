package io.troupe.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a checkpoint's makers sample from it, as its {@code generation_config.json} says. Troupe shows it and does not follow it: what is learned from must be
 * sampled from the policy as it is, at temperature 1, unless the configuration says otherwise. Immutable.
 *
 * @param temperature the temperature, null if it is not said
 * @param topP the mass of the likeliest tokens that are sampled from, null if it is not said
 * @param topK how many of the likeliest tokens are sampled from, null if it is not said
 */
public record GenerationDefaults(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK) {

    /**
     * Reads a policy's directory.
     *
     * @throws PolicyFormatException naming the key that is no number
     */
    public static GenerationDefaults read(Path directory) {
        Path file = directory.resolve(ModelConfig.GENERATION_FILE);
        if (!Files.exists(file)) {
            return new GenerationDefaults(null, null, null);
        }
        JsonFile json = JsonFile.read(file);
        return new GenerationDefaults(
                number(json, "temperature"), number(json, "top_p"), json.optionalInteger("top_k"));
    }

    private static @Nullable Double number(JsonFile json, String key) {
        return json.node(key).isMissingNode() ? null : Double.valueOf(json.number(key, 0));
    }
}
