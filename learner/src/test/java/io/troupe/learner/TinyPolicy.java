package io.troupe.learner;

import io.troupe.policy.BpeTrainer;
import io.troupe.policy.NewPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a policy small enough for a test. */
final class TinyPolicy {

    private TinyPolicy() {}

    static Path create(Path directory) {
        try {
            new NewPolicy(new BpeTrainer.Settings(280, 2, 0.5), 16, 32, 2, 2, 96, 5)
                    .create(directory, List.of("What is 1+2? The answer is 3.", "What is 4+4? The answer is 8."));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
