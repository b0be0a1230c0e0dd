package io.troupe.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsPrecisionTest {

    @TempDir
    Path folder;

    @Test
    void halfPrecisionIsHalfTheSizeAndEveryNumberTheNearest() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        Path half = folder.resolve("half.safetensors");
        try (NDManager manager = NDManager.newBaseManager();
                Policy policy = Policy.open(EmbeddedPolicy.directory());
                Weights weights = policy.loadWeights(manager, false)) {
            String before = weights.digest();
            weights.write(whole);
            weights.write(half, Precision.BFLOAT16);
            assertThat(weights.digest()).as("what learns keeps its bits").isEqualTo(before);
            assertThat((double) Files.size(half) / Files.size(whole)).isBetween(0.49, 0.51);
            try (WeightFiles exact = WeightFiles.open(whole);
                    WeightFiles rounded = WeightFiles.open(half)) {
                for (TensorShape shape : weights.shapes()) {
                    float[] wanted = exact.floats(shape);
                    float[] read = rounded.floats(shape);
                    for (int i = 0; i < wanted.length; i++) {
                        float nearest = Float.intBitsToFloat(Precision.brain(wanted[i]) << 16);
                        if (read[i] != nearest || Math.abs(read[i] - wanted[i]) > Math.abs(wanted[i]) / 256) {
                            throw new AssertionError(shape.name() + " " + i + ": " + wanted[i] + " became " + read[i]);
                        }
                    }
                }
            }
        }
    }
}
