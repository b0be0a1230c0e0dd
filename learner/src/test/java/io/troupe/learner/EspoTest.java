package io.troupe.learner;

import static io.troupe.learner.GradientDescent.difference;
import static io.troupe.learner.GradientDescent.dot;
import static io.troupe.learner.GradientDescent.norm;
import static io.troupe.learner.GradientDescent.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ESPO on a real masked diffusion policy: its gradient, its masks, its place in a run. */
class EspoTest {

    private static final double BETA = 0.3;
    private static final long SEED = 7;
    private static final ObjectiveSettings ESPO =
            ObjectivePresets.named("espo").with(Map.of("regulariser.kl-coefficient", BETA));

    @TempDir
    Path folder;

    private NDManager manager;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.createDiffusion(folder.resolve("policy")), Arithmetic.EXACT);
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 1000})
    void anUpdateIsTheGradientOfTheFormula(int microBatchTokens) throws IOException {
        Path moved = folder.resolve("moved");
        try (var learner = descending(0.5, microBatchTokens)) {
            learner.update(batch(3));
            learner.save(moved);
        }
        UpdateReport report;
        Path before = folder.resolve("before.safetensors");
        Path after = folder.resolve("after.safetensors");
        try (var learner = descending(1, microBatchTokens)) {
            learner.restore(moved, 1, 0);
            learner.writeWeights(before);
            report = learner.update(batch(4));
            assertThat(report.skipped()).isNull();
            learner.writeWeights(after);
        }
        double[] origin = read(policy, before);
        double[] gradient = difference(origin, read(policy, after));
        double norm = norm(gradient);
        assertThat(norm).isGreaterThan(1e-2);
        long masks = StepPlan.seedOf(StepPlan.seedOf(SEED, 1), 0);
        try (var formula = new EspoFormula(policy, manager, origin, batch(4), masks, BETA)) {
            double distance = formula.distance();
            assertThat(report.diagnostics().klToReference().orElseThrow()).isCloseTo(distance, within(1e-4 * distance));
            double[] expected = formula.gradient();
            assertThat(norm(difference(gradient, expected))).isLessThan(1e-6 * Math.max(1, norm));
            var random = new Random(3);
            for (int i = 0; i < 2; i++) {
                var direction = new double[origin.length];
                for (int k = 0; k < direction.length; k++) {
                    direction[k] = gradient[k] / norm + random.nextGaussian() / Math.sqrt(direction.length);
                }
                double slope = (4 * formula.slope(direction, 5e-3) - formula.slope(direction, 1e-2)) / 3;
                assertThat(dot(gradient, direction)).isCloseTo(-slope, within(1e-3 * norm + 2e-5));
            }
        }
    }

    /** Old and new policy are compared under the same masks, in every epoch: while nothing moves, every ratio is 1. */
    @Test
    void aPolicyThatStandsStillHasARatioOfOneInEveryEpoch() {
        var settings = settings(ESPO, constant(1e-30), 0.9, 0.95, 1e-8, 1, 3, 1000);
        try (var learner = new Learner(policy, settings, manager)) {
            UpdateReport report = learner.update(batch(3));
            assertThat(report.diagnostics().meanRatio()).isEqualTo(1);
            assertThat(report.diagnostics().klToReference().orElseThrow()).isCloseTo(0, within(1e-9));
        }
    }

    @Test
    void rightAnswersBecomeLikelierThanWrongOnes() {
        List<Group> batch = batch(3);
        var settings = settings(ESPO, constant(3e-3), 0.9, 0.95, 1e-8, 1, 2, 1000);
        try (var learner = new Learner(policy, settings, manager)) {
            double before = SampledGroups.preference(learner, batch);
            for (int i = 0; i < 20; i++) {
                assertThat(learner.update(batch).skipped()).isNull();
            }
            assertThat(SampledGroups.preference(learner, batch)).isGreaterThan(before + 1);
        }
    }

    @Test
    void aRunThatIsTakenUpAgainGoesOnBitForBit() throws IOException {
        Path saved = folder.resolve("saved");
        var settings = settings(ESPO, constant(3e-3), 0.9, 0.95, 1e-8, 1, 2, 200);
        String expected;
        try (var learner = new Learner(policy, settings, manager)) {
            learner.update(batch(3));
            learner.save(saved);
            learner.update(batch(4));
            expected = learner.digest();
        }
        try (var resumed = new Learner(policy, settings, manager)) {
            resumed.restore(saved, 1, 2);
            resumed.update(batch(4));
            assertThat(resumed.digest()).isEqualTo(expected);
        }
        try (Policy reopened = Policy.open(saved)) {
            assertThat(reopened.config().diffusion()).isEqualTo(policy.config().diffusion());
        }
    }

    @Test
    void aPolicyThatHasNotTheLikelihoodIsRefusedWithTheReason() {
        assertThatThrownBy(() -> new Learner(
                        policy, settings(ObjectivePresets.named("grpo"), constant(1), 0, 0, 1, 1, 1, 1000), manager))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a masked diffusion policy, which has none; use objective.name = espo");
        try (Policy usual = Policy.open(TinyPolicy.create(folder.resolve("usual")))) {
            assertThatThrownBy(() -> new Learner(usual, settings(ESPO, constant(1), 0, 0, 1, 1, 1, 1000), manager))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("predicts the next token")
                    .hasMessageContaining("use objective.name = espo-sequence");
        }
    }

    @Test
    void aTrajectoryThatWasNotSampledInAWindowIsRefused() {
        Group.Builder group = batch(2).get(0).toBuilder();
        group.getTrajectoriesBuilder(0).getSegmentsBuilder(1).clearWindow();
        var settings = settings(ESPO, constant(1e-3), 0.9, 0.95, 1e-8, 1, 1, 1000);
        try (var learner = new Learner(policy, settings, manager)) {
            assertThatThrownBy(() -> learner.update(List.of(group.build())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("says of no window");
        }
    }

    private static List<Group> batch(int groups) {
        return WindowedGroups.draw(groups, 4, TinyPolicy.WINDOW);
    }

    private static Schedule constant(double rate) {
        return new Schedule(Schedule.Shape.CONSTANT, rate, 0, 100, 1);
    }

    private Learner descending(double step, int microBatchTokens) {
        return new Learner(policy, GradientDescent.settings(ESPO, step, microBatchTokens, SEED), manager);
    }

    private static LearnerSettings settings(
            ObjectiveSettings objective,
            Schedule schedule,
            double beta1,
            double beta2,
            double epsilon,
            double maxGradNorm,
            int epochs,
            int microBatchTokens) {
        return new LearnerSettings(
                objective,
                schedule,
                beta1,
                beta2,
                epsilon,
                0,
                maxGradNorm,
                1,
                epochs,
                microBatchTokens,
                false,
                OptimizerState.DEVICE,
                96,
                Double.POSITIVE_INFINITY,
                SEED);
    }
}
