package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.LoraSettings;
import io.troupe.policy.Policy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learner with adapters: what trains, what is saved, what the penalty pulls to. */
class LoraLearnerTest {

    private static final LoraSettings LORA = new LoraSettings(2, 8, LoraSettings.LAYERS, false);

    @TempDir
    Path folder;

    private NDManager manager;
    private Path base;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        base = TinyPolicy.create(folder.resolve("policy"));
        policy = Policy.openForTraining(base, Arithmetic.SINGLE, LORA, 9);
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void anUpdateChangesTheAdaptersAndLeavesTheBase() throws IOException {
        Path saved = folder.resolve("saved");
        try (var learner = learner(policy, "tr-grpo");
                Weights first = policy.loadWeights(manager, false)) {
            assertThat(learner.digest()).isEqualTo(first.digest());
            for (int i = 0; i < 4; i++) {
                assertThat(learner.update(batch()).skipped()).isNull();
            }
            assertThat(learner.digest()).isNotEqualTo(first.digest());
            assertThat(learner.tensors())
                    .allSatisfy(tensor -> assertThat(tensor.name()).contains(".lora_"));
            learner.save(saved);
            try (Policy trained = Policy.open(saved);
                    Weights weights = trained.loadWeights(manager, false)) {
                assertThat(weights.digest()).isEqualTo(learner.digest());
                assertThat(weights.base().digest()).isEqualTo(first.base().digest());
            }
        }
    }

    @Test
    void aCheckpointHoldsAdaptersAndTheirMomentsAlone() throws IOException {
        Path saved = folder.resolve("saved");
        try (var learner = learner(policy, "tr-grpo");
                Weights weights = policy.loadWeights(manager, false)) {
            learner.update(batch());
            learner.save(saved);
            long adapters = 4 * weights.trainedParameters();
            assertThat(saved.resolve("model.safetensors")).doesNotExist();
            assertThat(Files.size(saved.resolve("adapter_model.safetensors"))).isBetween(adapters, adapters + 8_000);
            assertThat(Files.size(saved.resolve("optimizer.safetensors")))
                    .isBetween(2 * adapters, 2 * adapters + 16_000);
        }
        try (WeightFiles moments = WeightFiles.open(saved.resolve("optimizer.safetensors"))) {
            assertThat(moments.names()).allSatisfy(name -> assertThat(name).contains(".lora_"));
        }
    }

    @Test
    void aRestoredLearnerGoesOnAsOneThatWasNeverStopped() throws IOException {
        Path saved = folder.resolve("saved");
        String expected;
        try (var learner = learner(policy, "tr-grpo")) {
            learner.update(batch());
            learner.save(saved);
            learner.update(batch());
            expected = learner.digest();
        }
        try (var resumed = learner(policy, "tr-grpo")) {
            resumed.restore(saved, 1, 1);
            resumed.update(batch());
            assertThat(resumed.digest()).isEqualTo(expected);
        }
    }

    @Test
    void aCheckpointOfAnotherKindOrBaseIsRefused() throws IOException {
        Path saved = folder.resolve("saved");
        try (var learner = learner(policy, "tr-grpo")) {
            learner.save(saved);
        }
        refuses(base, null, saved, "holds adapters (rank 2");
        refuses(base, new LoraSettings(2, 9, LoraSettings.LAYERS, false), saved, "alpha 9.0");
        Path full = folder.resolve("full");
        try (Policy whole = Policy.open(base);
                var learner = learner(whole, "grpo")) {
            learner.update(batch());
            learner.save(full);
        }
        refuses(base, LORA, full, "holds all weights of a policy");
        refuses(full, LORA, saved, "belong to a base policy whose digest is");
    }

    @Test
    void thePenaltyPullsToTheBaseWithoutAdapters() {
        ObjectiveSettings penalised = ObjectivePresets.named("grpo")
                .with(Map.of("regulariser.kl-coefficient", 0.5, "regulariser.reference", "initial"));
        try (var learner = new Learner(policy, settings(penalised), manager)) {
            double atFirst =
                    learner.update(batch()).diagnostics().klToReference().orElseThrow();
            double later = learner.update(batch()).diagnostics().klToReference().orElseThrow();
            assertThat(atFirst).isZero();
            assertThat(later).isPositive();
        }
    }

    private void refuses(Path path, @Nullable LoraSettings lora, Path checkpoint, String message) {
        try (Policy other = Policy.openForTraining(path, Arithmetic.SINGLE, lora, 9);
                var learner = learner(other, "tr-grpo")) {
            assertThatThrownBy(() -> learner.restore(checkpoint, 1, 1))
                    .isInstanceOf(PolicyFormatException.class)
                    .hasMessageContaining(message);
        }
    }

    private Learner learner(Policy of, String objective) {
        return new Learner(of, settings(ObjectivePresets.named(objective)), manager);
    }

    private static LearnerSettings settings(ObjectiveSettings objective) {
        var schedule = new Schedule(Schedule.Shape.CONSTANT, 1e-2, 0, 100, 1);
        return new LearnerSettings(
                objective,
                schedule,
                0.9,
                0.95,
                1e-8,
                0,
                1,
                1,
                1,
                200,
                true,
                OptimizerState.DEVICE,
                96,
                Double.POSITIVE_INFINITY,
                1);
    }

    /** Two groups of random tokens with random log-probabilities. */
    private static List<Group> batch() {
        var random = new Random(3);
        var groups = new ArrayList<Group>();
        for (int g = 0; g < 2; g++) {
            var prompt = Segment.newBuilder().setSource(Source.SOURCE_PROMPT);
            random.ints(7, 3, 250).forEach(prompt::addTokenIds);
            var group = Group.newBuilder().setId(g).setTemperature(1);
            for (int t = 0; t < 4; t++) {
                var sampled = Segment.newBuilder().setSource(Source.SOURCE_POLICY);
                random.ints(5, 3, 250)
                        .forEach(token -> sampled.addTokenIds(token)
                                .addLogProbabilities(-5.6f)
                                .addPolicyVersions(0));
                group.addTrajectories(Trajectory.newBuilder()
                        .setIndex(t)
                        .addSegments(prompt)
                        .addSegments(sampled)
                        .setVerdict(Verdict.newBuilder().setReward(t % 2)));
            }
            groups.add(group.build());
        }
        return groups;
    }
}
