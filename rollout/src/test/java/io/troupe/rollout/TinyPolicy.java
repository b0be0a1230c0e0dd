package io.troupe.rollout;

import io.troupe.policy.BpeTrainer;
import io.troupe.policy.Diffusion;
import io.troupe.policy.NewPolicy;
import io.troupe.policy.NewPolicy.Denoising;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a policy small enough for a test; what it says is noise. */
final class TinyPolicy {

    private static final BpeTrainer.Settings TOKENIZER = new BpeTrainer.Settings(300, 2, 0.5);
    private static final List<String> TEXTS =
            List.of("What is 1+2? <answer>3</answer>", "What is 4+4? <answer>8</answer> <call>4+4</call>");

    private TinyPolicy() {}

    /** A masked diffusion policy whose turns are windows of 12 places, in blocks of 4 over 2 passes each. */
    static Path createDiffusion(Path directory, Diffusion.Order order, long seed) {
        try {
            new NewPolicy(TOKENIZER, 16, 32, 2, 2, 256, seed, new Denoising(12, 4, 2, order)).create(directory, TEXTS);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path create(Path directory, long seed) {
        try {
            new NewPolicy(TOKENIZER, 16, 32, 2, 2, 256, seed).create(directory, TEXTS);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
