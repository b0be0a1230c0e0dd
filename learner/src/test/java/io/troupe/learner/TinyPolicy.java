package io.troupe.learner;

import io.troupe.policy.BpeTrainer;
import io.troupe.policy.Diffusion;
import io.troupe.policy.NewPolicy;
import io.troupe.policy.NewPolicy.Denoising;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a policy small enough for a test. */
final class TinyPolicy {

    /** Places of a turn of the masked diffusion policy. */
    static final int WINDOW = 8;

    private static final BpeTrainer.Settings TOKENIZER = new BpeTrainer.Settings(280, 2, 0.5);
    private static final List<String> TEXTS = List.of("What is 1+2? The answer is 3.", "What is 4+4? The answer is 8.");

    private TinyPolicy() {}

    static Path create(Path directory) {
        try {
            new NewPolicy(TOKENIZER, 16, 32, 2, 2, 96, 5).create(directory, TEXTS);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as a masked diffusion policy. */
    static Path createDiffusion(Path directory) {
        try {
            new NewPolicy(TOKENIZER, 16, 32, 2, 2, 96, 5, new Denoising(WINDOW, 4, 4, Diffusion.Order.CONFIDENCE))
                    .create(directory, TEXTS);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
