package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Attention;
import io.troupe.policy.Computation;
import io.troupe.policy.ComputeDevice;
import io.troupe.policy.LoraSettings;
import io.troupe.policy.Policy;
import io.troupe.policy.Safetensors;
import io.troupe.policy.TensorShape;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputationLearnerTest {

    private static final Arithmetic BRAIN = new Arithmetic(Computation.BFLOAT16, Attention.FUSED);

    @TempDir
    Path folder;

    /** Steps of 1e-7 vanish beside weights of 0.02 that have eight bits; in their masters they add up. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stepsThatBfloat16CannotHoldAddUpInTheMasters(boolean checkpointing) throws IOException {
        Path base = TinyPolicy.create(folder.resolve("policy"));
        int steps = 3;
        double rate = 1e-7;
        try (NDManager manager = ComputeDevice.CPU.newManager();
                Policy policy = Policy.open(base, BRAIN);
                var learner = new Learner(policy, settings(rate, checkpointing, OptimizerState.DEVICE), manager)) {
            List<Group> batch = new SampledGroups(policy, manager).draw(2, 4, 0);
            for (int i = 0; i < steps; i++) {
                assertThat(learner.update(batch).skipped()).isNull();
            }
            Path written = folder.resolve("written.safetensors");
            learner.writeWeights(written);
            try (Safetensors before = Safetensors.open(base.resolve("model.safetensors"));
                    Safetensors after = Safetensors.open(written)) {
                for (TensorShape tensor : learner.tensors()) {
                    double greatest = difference(before.floats(tensor.name()), after.floats(tensor.name()));
                    assertThat(greatest).as(tensor.name()).isBetween(rate, 1.5 * steps * rate);
                }
            }
        }
    }

    @Test
    void anUpdateInBfloat16IsNearlyThatOfSinglePrecision() {
        Path base = TinyPolicy.create(folder.resolve("policy"));
        List<Group> batch;
        try (NDManager manager = ComputeDevice.CPU.newManager();
                Policy policy = Policy.open(base)) {
            batch = new SampledGroups(policy, manager).draw(2, 4, 0);
        }
        for (LoraSettings lora : new LoraSettings[] {null, new LoraSettings(4, 8, LoraSettings.LAYERS, false)}) {
            UpdateReport single = update(base, Arithmetic.SINGLE, lora, batch);
            UpdateReport rounded = update(base, BRAIN, lora, batch);
            assertThat(rounded.gradientNorm() / single.gradientNorm()).isBetween(0.97, 1.03);
            assertThat(rounded.gradientNorm()).isNotEqualTo(single.gradientNorm());
            assertThat(rounded.logProbabilityDifference()).isBetween(1e-6, 0.1);
        }
    }

    @ParameterizedTest
    @EnumSource(Computation.class)
    void whereTheMomentsLieChangesNothing(Computation numbers) throws IOException {
        Path base = TinyPolicy.create(folder.resolve("policy"));
        var arithmetic = new Arithmetic(numbers, Attention.FUSED);
        String onDevice = trained(base, arithmetic, OptimizerState.DEVICE);
        assertThat(trained(base, arithmetic, OptimizerState.HOST)).isEqualTo(onDevice);
    }

    private String trained(Path base, Arithmetic arithmetic, OptimizerState place) throws IOException {
        try (NDManager manager = ComputeDevice.CPU.newManager();
                Policy policy = Policy.open(base, arithmetic)) {
            List<Group> batch = new SampledGroups(policy, manager).draw(2, 4, 0);
            Path saved = folder.resolve("saved-" + place);
            try (var learner = new Learner(policy, settings(1e-3, false, place), manager)) {
                learner.update(batch);
                learner.save(saved);
            }
            try (var resumed = new Learner(policy, settings(1e-3, false, place), manager)) {
                resumed.restore(saved, 1, 1);
                resumed.update(batch);
                return resumed.digest();
            }
        }
    }

    private static UpdateReport update(
            Path base, Arithmetic arithmetic, @Nullable LoraSettings lora, List<Group> batch) {
        try (NDManager manager = ComputeDevice.CPU.newManager();
                Policy policy = Policy.openForTraining(base, arithmetic, lora, 5);
                var learner = new Learner(policy, settings(1e-3, false, OptimizerState.DEVICE), manager)) {
            return learner.update(batch);
        }
    }

    private static LearnerSettings settings(double rate, boolean checkpointing, OptimizerState place) {
        return new LearnerSettings(
                ObjectivePresets.named("grpo"),
                new Schedule(Schedule.Shape.CONSTANT, rate, 0, 10, 1),
                0.9,
                0.95,
                1e-8,
                0,
                1,
                1,
                1,
                200,
                checkpointing,
                place,
                96,
                Double.POSITIVE_INFINITY,
                1);
    }

    private static double difference(float[] a, float[] b) {
        double greatest = 0;
        for (int i = 0; i < a.length; i++) {
            greatest = Math.max(greatest, Math.abs((double) a[i] - b[i]));
        }
        return greatest;
    }
}
