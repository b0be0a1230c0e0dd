package io.troupe.learner;

import static io.troupe.learner.GradientDescent.difference;
import static io.troupe.learner.GradientDescent.norm;
import static io.troupe.learner.GradientDescent.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Attention;
import io.troupe.policy.Computation;
import io.troupe.policy.LoraSettings;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ESPO with adapters, in bfloat16 and with activation checkpointing: what saves memory must not change what is learned. */
class EspoArithmeticTest {

    private static final Arithmetic BRAIN = new Arithmetic(Computation.BFLOAT16, Attention.FUSED);
    private static final LoraSettings LORA = new LoraSettings(4, 8, LoraSettings.LAYERS, false);
    private static final List<Group> BATCH = WindowedGroups.draw(3, 4, TinyPolicy.WINDOW);

    @TempDir
    Path folder;

    private NDManager manager;
    private Path base;

    @BeforeEach
    void createPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        base = TinyPolicy.createDiffusion(folder.resolve("policy"));
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void layersThatAreComputedOnceMoreGiveTheSameGradient() throws IOException {
        for (LoraSettings lora : new LoraSettings[] {null, LORA}) {
            for (Arithmetic arithmetic : List.of(Arithmetic.SINGLE, BRAIN)) {
                double kept = firstGradientNorm(arithmetic, lora, false);
                assertThat(firstGradientNorm(arithmetic, lora, true) / kept)
                        .as("%s, %s", arithmetic, lora)
                        .isCloseTo(1, within(1e-5));
            }
        }
        double[] gradient = gradient(false);
        assertThat(norm(difference(gradient(true), gradient))).isLessThan(1e-5 * norm(gradient));
    }

    @Test
    void anUpdateInBfloat16IsNearlyThatOfSinglePrecision() {
        for (LoraSettings lora : new LoraSettings[] {null, LORA}) {
            double single = firstGradientNorm(Arithmetic.SINGLE, lora, false);
            double rounded = firstGradientNorm(BRAIN, lora, false);
            assertThat(rounded / single).isBetween(0.97, 1.03);
            assertThat(rounded).isNotEqualTo(single);
        }
    }

    @Test
    void adaptersLearnAloneAndArePulledToTheirBase() throws IOException {
        Path saved = folder.resolve("saved");
        try (Policy policy = Policy.openForTraining(base, BRAIN, LORA, 9);
                Weights first = policy.loadWeights(manager, false);
                var learner = learner(policy, true)) {
            double before = SampledGroups.preference(learner, BATCH);
            assertThat(learner.update(BATCH).diagnostics().klToReference().orElseThrow())
                    .isZero();
            for (int i = 0; i < 20; i++) {
                assertThat(learner.update(BATCH).skipped()).isNull();
            }
            assertThat(learner.update(BATCH).diagnostics().klToReference().orElseThrow())
                    .isPositive();
            assertThat(SampledGroups.preference(learner, BATCH)).isGreaterThan(before + 1);
            assertThat(learner.tensors())
                    .allSatisfy(tensor -> assertThat(tensor.name()).contains(".lora_"));
            learner.save(saved);
            try (Policy trained = Policy.open(saved, BRAIN);
                    Weights weights = trained.loadWeights(manager, false)) {
                assertThat(trained.config().diffusion())
                        .isEqualTo(policy.config().diffusion());
                assertThat(weights.digest()).isEqualTo(learner.digest());
                assertThat(weights.base().digest()).isEqualTo(first.base().digest());
            }
        }
    }

    @Test
    void aRunOfAdaptersThatIsTakenUpAgainGoesOnBitForBit() throws IOException {
        Path saved = folder.resolve("saved");
        try (Policy policy = Policy.openForTraining(base, BRAIN, LORA, 9)) {
            String expected;
            try (var learner = learner(policy, true)) {
                learner.update(BATCH);
                learner.save(saved);
                learner.update(BATCH);
                expected = learner.digest();
            }
            try (var resumed = learner(policy, true)) {
                resumed.restore(saved, 1, 1);
                resumed.update(BATCH);
                assertThat(resumed.digest()).isEqualTo(expected);
            }
        }
    }

    private double firstGradientNorm(Arithmetic arithmetic, @Nullable LoraSettings lora, boolean checkpointing) {
        try (Policy policy = Policy.openForTraining(base, arithmetic, lora, 9);
                var learner = learner(policy, checkpointing)) {
            return learner.update(BATCH).gradientNorm();
        }
    }

    private double[] gradient(boolean checkpointing) throws IOException {
        Path after = folder.resolve("after.safetensors");
        LearnerSettings settings = GradientDescent.settings(ObjectivePresets.named("espo"), 1, 1000, checkpointing, 7);
        try (Policy policy = Policy.open(base);
                var learner = new Learner(policy, settings, manager)) {
            double[] before = read(policy, base.resolve("model.safetensors"));
            learner.update(BATCH);
            learner.writeWeights(after);
            return difference(before, read(policy, after));
        }
    }

    private Learner learner(Policy policy, boolean checkpointing) {
        var settings = new LearnerSettings(
                ObjectivePresets.named("espo"),
                new Schedule(Schedule.Shape.CONSTANT, 1e-2, 0, 100, 1),
                0.9,
                0.95,
                1e-8,
                0,
                1,
                1,
                1,
                1000,
                checkpointing,
                OptimizerState.DEVICE,
                96,
                Double.POSITIVE_INFINITY,
                7);
        return new Learner(policy, settings, manager);
    }
}
