package io.troupe.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The directory of a policy in Hugging Face's layout: {@code config.json}, {@code tokenizer.json}, a chat template, {@code *.safetensors}.
 * Immutable, safe for any thread.
 */
public final class PolicyDirectory {

    private static final List<String> COPIED = List.of(
            ModelConfig.FILE,
            ModelConfig.GENERATION_FILE,
            PolicyTokenizer.FILE,
            ChatTemplate.TOKENIZER_CONFIG,
            ChatTemplate.FILE,
            "special_tokens_map.json");

    private final Path path;
    private final Path weights;
    private final ModelConfig config;

    private PolicyDirectory(Path path, Path weights, ModelConfig config) {
        this.path = path;
        this.weights = weights;
        this.config = config;
    }

    /**
     * Opens a directory, or a file in the GGUF format, whose configuration, tokenizer and template are unpacked to the user's cache. Checks that every tensor that {@code config.json} asks for is there in its shape.
     *
     * @throws PolicyFormatException naming the file that is missing or wrong
     */
    public static PolicyDirectory open(Path path) {
        if (GgufPolicy.isGguf(path)) {
            return open(GgufPolicy.unpack(path, EmbeddedPolicy.cache(System.getenv())), path);
        }
        if (!Files.isDirectory(path)) {
            throw new PolicyFormatException("there is no policy directory " + path.toAbsolutePath()
                    + (Files.exists(path) ? ": it is a file" : ""));
        }
        return open(path, path);
    }

    private static PolicyDirectory open(Path path, Path weights) {
        var directory = new PolicyDirectory(path, weights, ModelConfig.read(path));
        try (WeightFiles files = directory.openWeights()) {
            directory.config.tensors().forEach(files::require);
        }
        return directory;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The decoder's shape. */
    public ModelConfig config() {
        return config;
    }

    /** Opens the weights; the caller closes them. */
    public WeightFiles openWeights() {
        return WeightFiles.open(weights);
    }

    /** Copies everything but the weights into another folder. */
    public void copyTo(Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : COPIED) {
            if (Files.exists(path.resolve(name))) {
                Files.copy(path.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    void requireFitting(PolicyTokenizer tokenizer) {
        if (tokenizer.size() > config.vocabularySize()) {
            throw new PolicyFormatException(path.resolve(PolicyTokenizer.FILE) + " has " + tokenizer.size()
                    + " tokens, the weights have an embedding for " + config.vocabularySize()
                    + ": they do not belong together");
        }
        if (config.endOfTurnTokens().isEmpty()) {
            throw new PolicyFormatException(
                    path.resolve(ModelConfig.FILE) + ": eos_token_id is missing, so no turn could end");
        }
    }
}
