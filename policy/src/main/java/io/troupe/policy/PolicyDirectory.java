package io.troupe.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a policy in Hugging Face's layout: {@code config.json}, {@code tokenizer.json}, a chat template, {@code *.safetensors}.
 * Or a directory of adapters in PEFT's layout, which stands for the policy that they belong to with them. Safe for any thread.
 */
public final class PolicyDirectory {

    private static final List<String> TOKENIZER_FILES = List.of(
            PolicyTokenizer.FILE,
            ChatTemplate.TOKENIZER_CONFIG,
            ChatTemplate.FILE,
            ChatTemplateFiles.TOOL_USE_FILE,
            ChatTemplateFiles.SPECIAL_TOKENS);

    private final Path path;
    private final Path weights;
    private final ModelConfig config;
    private final @Nullable AdapterFiles adapters;
    private @Nullable String digest;

    private PolicyDirectory(Path path, Path weights, ModelConfig config, @Nullable AdapterFiles adapters) {
        this.path = path;
        this.weights = weights;
        this.config = config;
        this.adapters = adapters;
    }

    /**
     * Opens a directory, or a file in the GGUF format, whose configuration, tokenizer and template are unpacked to the user's cache. Checks that every tensor that {@code config.json} asks for is there in its shape. A directory of adapters stands for their base and them.
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
        return AdapterFiles.isIn(path) ? openAdapters(AdapterFiles.read(path)) : open(path, path);
    }

    private static PolicyDirectory openAdapters(AdapterFiles adapters) {
        PolicyDirectory base = open(adapters.basePath());
        return new PolicyDirectory(base.path, base.weights, base.config, adapters);
    }

    private static PolicyDirectory open(Path path, Path weights) {
        var directory = new PolicyDirectory(path, weights, ModelConfig.read(path), null);
        try (WeightFiles files = directory.openWeights()) {
            directory.config.tensors().forEach(files::require);
        }
        return directory;
    }

    /** Where configuration and tokenizer are. */
    public Path path() {
        return path;
    }

    /** The decoder's shape. */
    public ModelConfig config() {
        return config;
    }

    /** Opens the weights, without adapters; the caller closes them. */
    public WeightFiles openWeights() {
        return WeightFiles.open(weights);
    }

    /** Where the weights are, without adapters: a directory or a file. */
    Path weights() {
        return weights;
    }

    /** The adapters that this is a directory of. */
    @Nullable
    AdapterFiles adapters() {
        return adapters;
    }

    /** SHA-256 of the weights' names and numbers, without adapters; computed at the first call. Thread-safe. */
    synchronized String digest() {
        String known = digest;
        if (known == null) {
            try (WeightFiles files = openWeights()) {
                known = files.digest(config);
            }
            digest = known;
        }
        return known;
    }

    /** Copies everything but the weights into another folder. */
    public void copyTo(Path target) throws IOException {
        copyTokenizerTo(target);
        copy(List.of(ModelConfig.FILE, ModelConfig.GENERATION_FILE), target);
    }

    /** Copies what turns conversations into tokens into another folder. */
    void copyTokenizerTo(Path target) throws IOException {
        copy(TOKENIZER_FILES, target);
    }

    private void copy(List<String> names, Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : names) {
            if (Files.exists(path.resolve(name))) {
                Files.createDirectories(target.resolve(name).getParent());
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
