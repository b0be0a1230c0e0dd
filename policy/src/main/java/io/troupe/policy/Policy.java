package io.troupe.policy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;

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
    private final Attention attention;

    private Policy(PolicyDirectory directory, Attention attention) {
        this.directory = directory;
        this.attention = attention;
        config = directory.config();
        tokenizer = PolicyTokenizer.load(directory.path());
        chatTemplate = ChatTemplate.load(directory.path());
    }

    /**
     * Opens a directory and checks that its parts fit each other.
     *
     * @throws PolicyFormatException naming the file that is missing or wrong
     */
    public static Policy open(Path path) {
        return open(path, Attention.FUSED);
    }

    /** The same, saying how whoever computes with it computes attention. */
    public static Policy open(Path path, Attention attention) {
        var policy = new Policy(PolicyDirectory.open(path), attention);
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

    /** A decoder of this shape; the caller closes it. */
    public Decoder newDecoder(NDManager parent, int maxLength) {
        return new Decoder(config, parent, Math.min(maxLength, config.maxPositions()), attention);
    }

    /** Text to tokens and back. */
    public PolicyTokenizer tokenizer() {
        return tokenizer;
    }

    /** Conversations to text. */
    public ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    /**
     * Loads the weights.
     *
     * @param parent decides the device; the caller closes the weights
     * @param trainable whether gradients are wanted
     */
    public Weights loadWeights(NDManager parent, boolean trainable) {
        try (WeightFiles files = directory.openWeights()) {
            return Weights.load(config, files, parent, trainable);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
