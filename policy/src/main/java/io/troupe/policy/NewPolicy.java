package io.troupe.policy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the directory of a policy that knows nothing yet: a tokenizer trained on texts, and random weights.
 *
 * @param tokenizer how large the tokenizer
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers how many blocks
 * @param heads query, key and value heads
 * @param maxPositions the longest sequence, in tokens
 * @param seed of the weights
 * @param diffusion how it is sampled if it is to be a masked diffusion model; null if it is to predict the next token
 */
public record NewPolicy(
        BpeTrainer.Settings tokenizer,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int maxPositions,
        long seed,
        @Nullable Denoising diffusion) {

    /**
     * {@link Diffusion} without the mask token, which is made with the tokenizer: it gets the number behind the last token of the tokenizer, which therefore does not
     * know it.
     */
    public record Denoising(int window, int block, int steps, Diffusion.Order order) {

        Diffusion with(int maskToken) {
            return new Diffusion(maskToken, window, block, steps, order);
        }
    }

    /** Checks that the heads divide the width. */
    public NewPolicy {
        if (heads < 1 || hiddenSize % (2 * heads) != 0) {
            throw new IllegalArgumentException(
                    "a width of " + hiddenSize + " cannot be divided into " + heads + " heads of even width");
        }
    }

    /** A policy that predicts the next token. */
    public NewPolicy(
            BpeTrainer.Settings tokenizer,
            int hiddenSize,
            int intermediateSize,
            int layers,
            int heads,
            int maxPositions,
            long seed) {
        this(tokenizer, hiddenSize, intermediateSize, layers, heads, maxPositions, seed, null);
    }

    /** Writes the directory; the same texts and numbers give the same bytes. */
    public void create(Path directory, Iterable<String> texts) throws IOException {
        Files.createDirectories(directory);
        BpeTrainer.train(texts, tokenizer, directory);
        int end;
        int size;
        try (PolicyTokenizer trained = PolicyTokenizer.load(directory)) {
            end = trained.idOf(BpeTrainer.END).orElseThrow();
            size = trained.size();
        }
        var config = new ModelConfig(
                diffusion == null ? "llama" : Diffusion.MODEL_TYPE,
                diffusion == null ? size : size + 1,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                heads,
                hiddenSize / heads,
                1e-5,
                maxPositions,
                true,
                List.of(end),
                null,
                null,
                Architecture.llama(hiddenSize / heads, Rope.of(10_000)),
                diffusion == null ? null : diffusion.with(size));
        config.write(directory);
        try (NDManager manager = ComputeDevice.CPU.newManager();
                Weights weights = Weights.random(config, seed, manager, false)) {
            weights.write(directory.resolve(WeightFiles.SINGLE));
        }
    }
}
