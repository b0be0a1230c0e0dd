package io.troupe.policy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A language model as its Hugging Face directory describes it: shape, tokenizer, chat template, and where the weights are.
 *
 * <p>Thread-safe: the weights themselves are loaded by whoever computes with them. {@link #close()} frees the tokenizer.
 */
public final class Policy implements AutoCloseable {

    private final PolicyDirectory directory;
    private final ModelConfig config;
    private final PolicyTokenizer tokenizer;
    private final ChatTemplate chatTemplate;
    private final Arithmetic arithmetic;
    private final @Nullable LoraSettings lora;
    private final long adapterSeed;

    private Policy(PolicyDirectory directory, Arithmetic arithmetic, @Nullable LoraSettings lora, long adapterSeed) {
        this.lora = lora;
        this.adapterSeed = adapterSeed;
        this.directory = directory;
        this.arithmetic = arithmetic;
        config = directory.config();
        tokenizer = PolicyTokenizer.load(directory.path());
        chatTemplate = loadTemplate();
    }

    private ChatTemplate loadTemplate() {
        try {
            List<String> ends =
                    config.endOfTurnTokens().stream().map(tokenizer::decode).toList();
            return ChatTemplate.load(directory.path(), ends, Clock.systemUTC());
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Opens a directory and checks that its parts fit each other.
     *
     * @throws PolicyFormatException naming the file that is missing or wrong
     */
    public static Policy open(Path path) {
        return open(path, Arithmetic.SINGLE);
    }

    /** The same, saying how whoever computes with it does. */
    public static Policy open(Path path, Arithmetic arithmetic) {
        PolicyDirectory directory = PolicyDirectory.open(path);
        AdapterFiles adapters = directory.adapters();
        return open(directory, arithmetic, adapters == null ? null : adapters.settings(), 0);
    }

    /**
     * Opens a policy to train it.
     *
     * @param lora the adapters to train instead of the weights; a directory of adapters must be of these
     * @param adapterSeed of the adapters' first numbers
     * @throws PolicyFormatException also if the directory holds adapters and others, or none, are to be trained
     */
    public static Policy openForTraining(
            Path path, Arithmetic arithmetic, @Nullable LoraSettings lora, long adapterSeed) {
        PolicyDirectory directory = PolicyDirectory.open(path);
        AdapterFiles adapters = directory.adapters();
        if (adapters != null && !adapters.settings().equals(lora)) {
            throw new PolicyFormatException(path + " holds adapters (" + adapters.settings() + "), but "
                    + (lora == null ? "all weights are" : "others (" + lora + ") are")
                    + " to be trained — go on with the same, or merge them first: troupe export " + path
                    + " --merged --output DIR");
        }
        return open(directory, arithmetic, lora, adapterSeed);
    }

    private static Policy open(
            PolicyDirectory directory, Arithmetic arithmetic, @Nullable LoraSettings lora, long adapterSeed) {
        var policy = new Policy(directory, arithmetic, lora, adapterSeed);
        policy.directory.requireFitting(policy.tokenizer);
        return policy;
    }

    /** The directory. */
    public PolicyDirectory directory() {
        return directory;
    }

    /** The decoder's shape. */
    public ModelConfig config() {
        return config;
    }

    /**
     * Refuses a masked diffusion policy.
     *
     * @param what asks, as the beginning of a sentence
     * @throws PolicyFormatException if it is one
     */
    public void requireAutoregressive(String what) {
        if (config.diffusion() != null) {
            throw new PolicyFormatException(directory.path() + " is a masked diffusion policy (model_type "
                    + config.modelType() + "): " + what
                    + " needs the probability of each token given those before it, which such a policy does not have");
        }
    }

    /** How whoever computes with it does. */
    public Arithmetic arithmetic() {
        return arithmetic;
    }

    /** A decoder of this shape; the caller closes it. */
    public Decoder newDecoder(NDManager parent, int maxLength) {
        return new Decoder(config, parent, Math.min(maxLength, config.maxPositions()), arithmetic);
    }

    /** How many numbers its weights are, without adapters. */
    public long parameters() {
        return config.tensors().stream().mapToLong(TensorShape::elements).sum();
    }

    /** Text to tokens and back. */
    public PolicyTokenizer tokenizer() {
        return tokenizer;
    }

    /** The token with which the chat template ends a turn; if it writes none of those that end one, the first of the configuration's. */
    public int endOfTurnToken() {
        String text = chatTemplate.endOfTurn();
        for (int token : config.endOfTurnTokens()) {
            if (tokenizer.decode(token).equals(text)) {
                return token;
            }
        }
        return config.endOfTurnTokens().get(0);
    }

    /** How the checkpoint's makers sample from it. */
    public GenerationDefaults generationDefaults() {
        return GenerationDefaults.read(directory.path());
    }

    /** Conversations to text. */
    public ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    /** The kind of adapters that it has beside its weights, if any. */
    public Optional<LoraSettings> lora() {
        return Optional.ofNullable(lora);
    }

    /**
     * Loads the weights, adapters included.
     *
     * @param parent decides the device; the caller closes the weights
     * @param trainable whether gradients are wanted
     */
    public Weights loadWeights(NDManager parent, boolean trainable) {
        try (WeightFiles files = directory.openWeights()) {
            if (lora == null) {
                return Weights.load(config, files, parent, arithmetic.numbers(), trainable);
            }
            Weights weights = Weights.adapted(
                    config, files, directory::digest, lora, adapterSeed, parent, arithmetic.numbers(), trainable);
            AdapterFiles adapters = directory.adapters();
            if (adapters != null) {
                try (WeightFiles trained = WeightFiles.open(adapters.weights());
                        TorchScript copier = Weights.copier(parent)) {
                    weights.assign(trained, copier);
                }
            }
            return weights;
        }
    }

    /**
     * Writes a directory that can be opened as a policy: this one with other weights. With adapters it holds these alone, in PEFT's layout, and names the
     * policy that they belong to.
     *
     * @param weights of {@link #loadWeights}
     */
    public void save(Weights weights, Path folder) throws IOException {
        if (lora == null) {
            directory.copyTo(folder);
            weights.write(folder.resolve(WeightFiles.SINGLE));
            return;
        }
        directory.copyTokenizerTo(folder);
        String base = directory.weights().toAbsolutePath().normalize().toString();
        AdapterFiles.writeConfig(folder, lora, base);
        weights.write(folder.resolve(AdapterFiles.WEIGHTS));
    }

    /**
     * Writes the directory that {@link #save} does, around a file that {@link Weights#write} wrote. The weights come last and under their name only when
     * they are whole.
     */
    public void assemble(Path weights, Path folder) throws IOException {
        if (lora == null) {
            directory.copyTo(folder);
        } else {
            directory.copyTokenizerTo(folder);
            AdapterFiles.writeConfig(
                    folder,
                    lora,
                    directory.weights().toAbsolutePath().normalize().toString());
        }
        Path aside = folder.resolve(weights.getFileName() + ".tmp");
        Files.copy(weights, aside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(aside, weightsIn(folder), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Checks that weights which {@link #save} wrote can be put into this policy.
     *
     * @throws PolicyFormatException if the folder's weights are not of this kind: adapters of another kind or base, or none, or adapters where whole weights
     *     are needed
     */
    public void requireRestorable(Path folder) {
        LoraSettings saved =
                AdapterFiles.isIn(folder) ? AdapterFiles.read(folder).settings() : null;
        if (saved == null ? lora != null : !saved.equals(lora)) {
            throw new PolicyFormatException(folder + " holds "
                    + (saved == null ? "all weights of a policy" : "adapters (" + saved + ")") + ", but "
                    + (lora == null ? "all weights are" : "adapters (" + lora + ") are")
                    + " to be trained — go on with the settings that it was begun with");
        }
        if (saved != null) {
            try (WeightFiles files = WeightFiles.open(weightsIn(folder))) {
                files.requireBase(directory::digest);
            }
        }
    }

    /** Overwrites weights with those that {@link #save} wrote, under the conditions of {@link #requireRestorable}. */
    public void restore(Weights weights, Path folder, TorchScript copier) {
        requireRestorable(folder);
        try (WeightFiles files = WeightFiles.open(weightsIn(folder))) {
            weights.assign(files, copier);
        }
    }

    private Path weightsIn(Path folder) {
        return folder.resolve(lora == null ? WeightFiles.SINGLE : AdapterFiles.WEIGHTS);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
