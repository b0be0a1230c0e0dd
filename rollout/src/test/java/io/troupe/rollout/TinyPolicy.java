package io.troupe.rollout;

import io.troupe.policy.BpeTrainer;
import io.troupe.policy.NewPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Makes a policy small enough for a test; what it says is noise. */
final class TinyPolicy {

    private TinyPolicy() {}

    static Path create(Path directory, long seed) {
        try {
            new NewPolicy(new BpeTrainer.Settings(300, 2, 0.5), 16, 32, 2, 2, 256, seed)
                    .create(
                            directory,
                            List.of(
                                    "What is 1+2? <answer>3</answer>",
                                    "What is 4+4? <answer>8</answer> <call>4+4</call>"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
