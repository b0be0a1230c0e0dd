package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Trajectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnerTest {

    @TempDir
    Path folder;

    private NDManager manager;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.create(folder.resolve("policy")));
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void anUpdateRaisesTheProbabilityOfRewardedTrajectoriesAndLowersThatOfOthers() {
        List<Group> batch = batch(2, 4, 0.0f);
        try (var learner = learner("grpo", 1, 1)) {
            double before = advantageGap(learner, batch);
            for (int i = 0; i < 5; i++) {
                assertThat(learner.update(batch).skipped()).isNull();
            }
            assertThat(advantageGap(learner, batch)).isGreaterThan(before + 0.05);
            assertThat(learner.version()).isEqualTo(5);
        }
    }

    @Test
    void microBatchingDoesNotChangeTheUpdate() throws IOException {
        List<Group> batch = batch(3, 4, 0.0f);
        try (var whole = learner("tr-grpo", 1, 1, 10_000);
                var pieces = learner("tr-grpo", 1, 1, 40)) {
            UpdateReport one = whole.update(batch);
            UpdateReport many = pieces.update(batch);
            assertThat(many.loss()).isCloseTo(one.loss(), within(1e-6));
            assertThat(many.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-5 * one.gradientNorm()));
        }
    }

    @Test
    void theSameBatchesGiveTheSameWeightsBitForBit() {
        assertThat(digestAfterUpdates("tr-grpo", 3)).isEqualTo(digestAfterUpdates("tr-grpo", 3));
        assertThat(digestAfterUpdates("tr-grpo", 3)).isNotEqualTo(digestAfterUpdates("tr-grpo", 2));
    }

    @Test
    void aRestoredLearnerGoesOnAsOneThatWasNeverStopped() throws IOException {
        Path saved = folder.resolve("saved");
        String expected;
        try (var learner = learner("tr-grpo", 2, 1)) {
            learner.update(batch(2, 4, 0.0f));
            learner.save(saved);
            learner.update(batch(3, 4, 0.0f));
            expected = learner.digest();
        }
        try (var resumed = learner("tr-grpo", 2, 1)) {
            resumed.restore(saved, 1, 2);
            resumed.update(batch(3, 4, 0.0f));
            assertThat(resumed.digest()).isEqualTo(expected);
            assertThat(resumed.version()).isEqualTo(2);
        }
        try (var reopened = Policy.open(saved)) {
            assertThat(reopened.config()).isEqualTo(policy.config());
        }
    }

    @Test
    void trGrpoWithWeightsOfOneIsGrpoBitForBit() {
        ObjectiveSettings flat = ObjectivePresets.named("tr-grpo")
                .with(Map.of("weight.lower", 1.0, "weight.upper", 1.0, "trust-region.clip-high", 0.2));
        try (var weighted = new Learner(policy, settings(flat, 1, 1, 1000, Double.POSITIVE_INFINITY), manager);
                var plain = learner("grpo", 1, 1)) {
            weighted.update(batch(2, 4, 0.0f));
            plain.update(batch(2, 4, 0.0f));
            assertThat(weighted.digest()).isEqualTo(plain.digest());
        }
    }

    @Test
    void groupsOfEqualRewardsLeaveTheWeightsAsTheyAre() {
        List<Group> flat = batch(2, 4, 0.0f).stream()
                .map(group -> {
                    var same = group.toBuilder();
                    same.getTrajectoriesBuilderList()
                            .forEach(
                                    trajectory -> trajectory.getVerdictBuilder().setReward(1));
                    return same.build();
                })
                .toList();
        try (var learner = learner("tr-grpo", 1, 1)) {
            String before = learner.digest();
            UpdateReport report = learner.update(flat);
            assertThat(report.gradientNorm()).isZero();
            assertThat(learner.digest()).isEqualTo(before);
        }
    }

    @Test
    void aNonFiniteLossSkipsTheUpdateAndSaysSo() {
        List<Group> poisoned = batch(2, 4, Float.NaN);
        try (var learner = learner("tr-grpo", 1, 1)) {
            String before = learner.digest();
            UpdateReport report = learner.update(poisoned);
            assertThat(report.skipped()).contains("NaN");
            assertThat(learner.digest()).isEqualTo(before);
            assertThat(learner.optimizerSteps()).isZero();
            assertThat(learner.update(batch(2, 4, 0.0f)).skipped()).isNull();
        }
    }

    @Test
    void aSamplerThatDisagreesIsAnErrorWhereAToleranceIsSet() {
        List<Group> wrong = batch(2, 4, 0.1f);
        var strict = settings(ObjectivePresets.named("tr-grpo"), 1, 1, 1000, 1e-5);
        try (var learner = new Learner(policy, strict, manager)) {
            assertThatThrownBy(() -> learner.update(wrong))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("disagree");
        }
        try (var learner = new Learner(policy, strict, manager)) {
            assertThat(learner.update(batch(2, 4, 0.0f)).logProbabilityDifference())
                    .isLessThan(1e-5);
        }
    }

    @Test
    void nativeMemoryDoesNotGrowWithUpdates() {
        List<Group> batch = batch(2, 4, 0.0f);
        try (var learner = learner("tr-grpo", 1, 1)) {
            learner.update(batch);
            int held = managed();
            for (int i = 0; i < 20; i++) {
                learner.update(batch);
            }
            assertThat(managed()).isEqualTo(held);
        }
    }

    /** Arrays that the learner's manager tree holds directly. */
    private int managed() {
        return manager.getManagedArrays().size();
    }

    private String digestAfterUpdates(String objective, int updates) {
        try (var learner = learner(objective, 2, 2)) {
            for (int i = 0; i < updates; i++) {
                learner.update(batch(4, 4, 0.0f));
            }
            return learner.digest();
        }
    }

    private Learner learner(String objective, int miniBatches, int epochs) {
        return learner(objective, miniBatches, epochs, 1000);
    }

    private Learner learner(String objective, int miniBatches, int epochs, int microBatchTokens) {
        return new Learner(
                policy,
                settings(
                        ObjectivePresets.named(objective),
                        miniBatches,
                        epochs,
                        microBatchTokens,
                        Double.POSITIVE_INFINITY),
                manager);
    }

    private static LearnerSettings settings(
            ObjectiveSettings objective, int miniBatches, int epochs, int microBatchTokens, double tolerance) {
        var schedule = new Schedule(Schedule.Shape.CONSTANT, 3e-3, 0, 100, 1);
        return new LearnerSettings(
                objective,
                schedule,
                0.9,
                0.95,
                1e-8,
                0,
                1,
                miniBatches,
                epochs,
                microBatchTokens,
                false,
                OptimizerState.DEVICE,
                96,
                tolerance,
                7);
    }

    private static double advantageGap(Learner learner, List<Group> batch) {
        double gap = 0;
        for (Group group : batch) {
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                double sign = trajectory.getVerdict().getReward() > 0.5 ? 1 : -1;
                gap += sign * learner.logProbability(trajectory, group.getTemperature());
            }
        }
        return gap;
    }

    private List<Group> batch(int groups, int size, float error) {
        return new SampledGroups(policy, manager).draw(groups, size, error);
    }
}
