package io.troupe.learner;

import static io.troupe.learner.GradientDescent.assign;
import static io.troupe.learner.GradientDescent.difference;
import static io.troupe.learner.GradientDescent.dot;
import static io.troupe.learner.GradientDescent.moved;
import static io.troupe.learner.GradientDescent.norm;
import static io.troupe.learner.GradientDescent.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Decoder;
import io.troupe.policy.NextTokens;
import io.troupe.policy.Policy;
import io.troupe.policy.TensorShape;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ETPO on a real policy: the policy's gradient, the critic's part in a checkpoint, and that it learns. */
class CriticTest {

    private static final long SEED = 7;

    @TempDir
    Path folder;

    private NDManager manager;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.create(folder.resolve("policy")), Arithmetic.EXACT);
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void anUpdateFollowsTheSlopeOfTheSoftValueInTheWeights() throws IOException {
        // a critic that has something to say, and a divergence that counts
        var objective = etpo(Map.of("critic.learning-rate", 0.05, "critic.steps", 20, "critic.beta", 0.3));
        Path moved = folder.resolve("moved");
        try (var learner = descending(objective, 0.5)) {
            learner.update(batch());
            learner.save(moved);
        }
        Path before = folder.resolve("before.safetensors");
        Path after = folder.resolve("after");
        try (var learner = descending(objective, 1)) {
            learner.restore(moved, 1, 0);
            learner.writeWeights(before);
            assertThat(learner.update(batch()).skipped()).isNull();
            learner.save(after);
        }
        double[] origin = read(policy, before);
        double[] gradient = difference(origin, read(policy, after.resolve("model.safetensors")));
        double norm = norm(gradient);
        assertThat(norm).isGreaterThan(1e-3);
        try (var value = new SoftValue(criticIn(after), 0.3)) {
            var random = new Random(3);
            for (int i = 0; i < 2; i++) {
                var direction = new double[origin.length];
                for (int k = 0; k < direction.length; k++) {
                    direction[k] = gradient[k] / norm + random.nextGaussian() / Math.sqrt(direction.length);
                }
                double slope = (4 * value.slope(origin, direction, 5e-3) - value.slope(origin, direction, 1e-2)) / 3;
                assertThat(dot(gradient, direction))
                        .as("slope of the loss, the norm of the gradient being %s", norm)
                        .isCloseTo(-slope, within(1e-3 * norm + 2e-5));
            }
        }
    }

    @Test
    void aPolicyThatHasNothingToGainStaysWhereItIs() {
        List<Group> worthless = new SampledGroups(policy, manager).draw(3, 4, () -> 0, index -> 0);
        try (var learner = learner(etpo(Map.of()))) {
            var report = learner.update(worthless);
            assertThat(report.criticLoss()).isZero();
            assertThat(report.gradientNorm()).isLessThan(1e-6);
        }
        try (var learner = learner(etpo(Map.of()))) {
            assertThat(learner.update(batch()).gradientNorm()).isGreaterThan(1e-6);
        }
    }

    @Test
    void rightAnswersBecomeLikelierThanWrongOnes() {
        List<Group> batch = batch();
        try (var learner = learner(etpo(Map.of("critic.learning-rate", 0.02)))) {
            double before = SampledGroups.preference(learner, batch);
            double first = learner.update(batch).criticLoss();
            for (int i = 0; i < 15; i++) {
                learner.update(batch);
            }
            assertThat(learner.update(batch).criticLoss()).isLessThan(first / 4);
            assertThat(SampledGroups.preference(learner, batch)).isGreaterThan(before + 1);
        }
    }

    @Test
    void aRunThatIsTakenUpAgainGoesOnBitForBit() throws IOException {
        Path saved = folder.resolve("saved");
        String expected;
        try (var learner = learner(etpo(Map.of()))) {
            learner.update(batch());
            learner.update(batch());
            learner.save(saved);
            learner.update(batch());
            expected = learner.digest();
        }
        try (var resumed = learner(etpo(Map.of()))) {
            resumed.restore(saved, 2, 2);
            resumed.update(batch());
            assertThat(resumed.digest()).isEqualTo(expected);
        }
        Files.delete(saved.resolve("critic.safetensors"));
        try (var resumed = learner(etpo(Map.of()))) {
            assertThatThrownBy(() -> resumed.restore(saved, 2, 2))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("critic.safetensors is missing");
        }
    }

    private List<Group> batch() {
        return new SampledGroups(policy, manager).draw(3, 4, () -> 0, index -> index % 2);
    }

    private static ObjectiveSettings etpo(Map<String, ?> changes) {
        return ObjectivePresets.named("etpo").with(changes);
    }

    private float[] criticIn(Path saved) {
        int width = policy.config().hiddenSize();
        try (WeightFiles files = WeightFiles.open(saved.resolve("critic.safetensors"))) {
            return files.floats(new TensorShape("critic", policy.config().vocabularySize() + 1, width));
        }
    }

    /** The mean soft value of the batch's states, straight from the formula, in double precision from the log-probabilities on. */
    private final class SoftValue implements AutoCloseable {
        private final Decoder decoder = policy.newDecoder(manager, 96);
        private final Weights weights = policy.loadWeights(manager, false);
        private final MicroBatch micro;
        private final float[] critic;
        private final double beta;
        private final float[][] states;
        private final float[][] reference;

        SoftValue(float[] critic, double beta) {
            this.critic = critic;
            this.beta = beta;
            var sequences = TrainingBatch.of(batch(), new Credit(etpo(Map.of()).advantage())).items().stream()
                    .map(Item::sequence)
                    .toList();
            micro = new MicroBatcher(64, 100_000).pack(sequences).get(0);
            try (NDManager scope = manager.newSubManager()) {
                NextTokens next = decoder.nextTokens(scope, weights, micro.rows(), SampledGroups.TEMPERATURE);
                states = next.hidden();
                reference = logProbabilities(next);
            }
        }

        double slope(double[] origin, double[] direction, double step) {
            return (at(origin, direction, step) - at(origin, direction, -step)) / (2 * step);
        }

        private double at(double[] origin, double[] direction, double step) {
            assign(weights, moved(origin, direction, step));
            float[][] current;
            try (NDManager scope = manager.newSubManager()) {
                current = logProbabilities(decoder.nextTokens(scope, weights, micro.rows(), SampledGroups.TEMPERATURE));
            }
            double sum = 0;
            for (int t = 0; t < current.length; t++) {
                for (int word = 0; word < current[t].length; word++) {
                    double worth = q(t, word) - beta * ((double) current[t][word] - reference[t][word]);
                    sum += Math.exp(current[t][word]) * worth;
                }
            }
            return sum / current.length;
        }

        private double q(int state, int word) {
            int width = states[state].length;
            int shared = policy.config().vocabularySize();
            double sum = 0;
            for (int k = 0; k < width; k++) {
                sum += ((double) critic[word * width + k] + critic[shared * width + k]) * states[state][k];
            }
            return sum;
        }

        private float[][] logProbabilities(NextTokens next) {
            int words = policy.config().vocabularySize();
            return next.logProbabilities(
                    LongStream.range(0, (long) words * micro.rows().scored())
                            .map(i -> i % words)
                            .toArray());
        }

        @Override
        public void close() {
            weights.close();
            decoder.close();
        }
    }

    private Learner learner(ObjectiveSettings objective) {
        var schedule = new Schedule(Schedule.Shape.CONSTANT, 3e-3, 0, 100, 1);
        var settings = new LearnerSettings(
                objective,
                schedule,
                0.9,
                0.95,
                1e-8,
                0,
                1,
                1,
                1,
                1000,
                false,
                OptimizerState.DEVICE,
                96,
                Double.POSITIVE_INFINITY,
                SEED);
        return new Learner(policy, settings, manager);
    }

    private Learner descending(ObjectiveSettings objective, double step) {
        return new Learner(policy, GradientDescent.settings(objective, step, 1000, SEED), manager);
    }
}
