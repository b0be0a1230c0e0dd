package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Decoder;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.ScoringMemory;
import io.troupe.policy.WeightFiles;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Trajectory;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final double EPSILON = 1e8;
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
        Path before = folder.resolve("before.safetensors");
        Path after = folder.resolve("after.safetensors");
        try (var learner = descending(1, microBatchTokens)) {
            learner.restore(moved, 1, 0);
            learner.writeWeights(before);
            assertThat(learner.update(batch(4)).skipped()).isNull();
            learner.writeWeights(after);
        }
        double[] origin = read(before);
        double[] gradient = difference(origin, read(after));
        double norm = norm(gradient);
        assertThat(norm).isGreaterThan(1e-2);
        try (var formula = new Formula(origin, batch(4), 1)) {
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
            double before = preference(learner, batch);
            for (int i = 0; i < 20; i++) {
                assertThat(learner.update(batch).skipped()).isNull();
            }
            assertThat(preference(learner, batch)).isGreaterThan(before + 1);
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

    private static double preference(Learner learner, List<Group> batch) {
        double sum = 0;
        for (Group group : batch) {
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                boolean right = trajectory.getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT;
                sum += (right ? 1 : -1) * learner.logProbability(trajectory, SampledGroups.TEMPERATURE);
            }
        }
        return sum;
    }

    private static List<Group> batch(int groups) {
        return WindowedGroups.draw(groups, 4, TinyPolicy.WINDOW);
    }

    /** J of a batch and its gradient, straight from the formula, one masked copy at a time. */
    private final class Formula implements AutoCloseable {
        private record View(int trajectory, ScoredSequence sequence) {}

        private final Decoder decoder = policy.newDecoder(manager, 96);
        private final Weights weights = policy.loadWeights(manager, true);
        private final List<View> views = new ArrayList<>();
        private final List<Double> advantages = new ArrayList<>();
        private final List<Integer> places = new ArrayList<>();
        private final double[] origin;
        private final double[] old;
        private final double[] reference;

        Formula(double[] origin, List<Group> batch, long version) {
            this.origin = origin;
            var bound = new EvidenceBound(policy.config().diffusion().maskToken(), 2, true);
            var windows = new Windows(policy.endOfTurnToken());
            long seed = StepPlan.seedOf(StepPlan.seedOf(SEED, version), 0);
            for (Group group : batch) {
                double rewards = group.getTrajectoriesList().stream()
                        .mapToDouble(t -> t.getVerdict().getReward())
                        .sum();
                for (Trajectory trajectory : group.getTrajectoriesList()) {
                    double reward = trajectory.getVerdict().getReward();
                    advantages.add(reward - (rewards - reward) / (group.getTrajectoriesCount() - 1));
                    long own = StepPlan.mixed(StepPlan.mixed(seed, group.getId()), trajectory.getIndex());
                    List<ScoredSequence> turns = windows.turns(trajectory);
                    for (int turn = 0; turn < turns.size(); turn++) {
                        for (ScoredSequence view : bound.views(turns.get(turn), StepPlan.mixed(own, turn))) {
                            views.add(new View(places.size(), view));
                        }
                    }
                    places.add(turns.size() * TinyPolicy.WINDOW);
                }
            }
            reference = bounds();
            assign(origin);
            old = bounds();
        }

        /** d(−J)/d weights. */
        double[] gradient() {
            assign(origin);
            double[] bounds = bounds();
            for (View view : views) {
                int i = view.trajectory();
                double slope = (surrogateSlope(i, bounds[i]) - BETA * (bounds[i] - reference[i]) / places.get(i))
                        / places.size();
                try (NDManager scope = manager.newSubManager()) {
                    int count = view.sequence().scoredTokens();
                    var vector = new float[2 * count];
                    Arrays.fill(
                            vector, 0, count, (float) (-slope * view.sequence().weight()));
                    decoder.record(scope, weights, rows(view), SampledGroups.TEMPERATURE, ScoringMemory.DEFAULT)
                            .backward(vector);
                }
            }
            var gradient = new ArrayList<float[]>();
            for (NDArray array : weights.list()) {
                gradient.add(array.getGradient().toFloatArray());
            }
            return joined(gradient);
        }

        double slope(double[] direction, double step) {
            return (at(direction, step) - at(direction, -step)) / (2 * step);
        }

        private double at(double[] direction, double step) {
            var values = new double[origin.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = origin[i] + step * direction[i];
            }
            assign(values);
            double[] bounds = bounds();
            double sum = 0;
            for (int i = 0; i < bounds.length; i++) {
                double ratio = Math.exp((bounds[i] - old[i]) / places.get(i));
                double clipped = Math.max(0.8, Math.min(1.2, ratio));
                double away = bounds[i] - reference[i];
                sum += Math.min(ratio * advantages.get(i), clipped * advantages.get(i))
                        - BETA * away * away / (2 * places.get(i));
            }
            return sum / bounds.length;
        }

        /** At a ratio of 1. */
        private double surrogateSlope(int trajectory, double bound) {
            assertThat(bound).isCloseTo(old[trajectory], within(1e-9));
            return advantages.get(trajectory) / places.get(trajectory);
        }

        private double[] bounds() {
            var bounds = new double[places.size()];
            for (View view : views) {
                try (NDManager scope = manager.newSubManager()) {
                    float[] scores = decoder.score(scope, weights, rows(view), SampledGroups.TEMPERATURE, false)
                            .toFloatArray();
                    for (int i = 0; i < view.sequence().scoredTokens(); i++) {
                        bounds[view.trajectory()] += view.sequence().weight() * scores[i];
                    }
                }
            }
            return bounds;
        }

        private PackedRows rows(View view) {
            ScoredSequence sequence = view.sequence();
            int context = sequence.prefix().length;
            int length = sequence.length();
            var tokens = new long[length];
            var positions = new long[length];
            var sources = new long[sequence.scoredTokens()];
            var targets = new long[sources.length];
            int scored = 0;
            for (int i = 0; i < length; i++) {
                int place = i - context;
                boolean masked = place >= 0 && sequence.scored()[place];
                int token = place < 0 ? sequence.prefix()[i] : sequence.rest()[place];
                tokens[i] = masked ? policy.config().diffusion().maskToken() : token;
                positions[i] = i;
                if (masked) {
                    sources[scored] = i;
                    targets[scored++] = token;
                }
            }
            return new PackedRows(1, length, tokens, positions, new long[length], sources, targets);
        }

        private void assign(double[] values) {
            int offset = 0;
            for (NDArray array : weights.list()) {
                var floats = new float[Math.toIntExact(array.size())];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[offset++];
                }
                array.set(FloatBuffer.wrap(floats));
            }
        }

        @Override
        public void close() {
            weights.close();
            decoder.close();
        }
    }

    private static Schedule constant(double rate) {
        return new Schedule(Schedule.Shape.CONSTANT, rate, 0, 100, 1);
    }

    /** A learner whose first optimiser step is one of gradient descent. */
    private Learner descending(double step, int microBatchTokens) {
        var schedule = new Schedule(Schedule.Shape.LINEAR, EPSILON * step, 0, 2, 0);
        return new Learner(
                policy,
                settings(ESPO, schedule, 0, 0, EPSILON, Double.POSITIVE_INFINITY, 1, microBatchTokens),
                manager);
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

    private double[] read(Path file) {
        try (WeightFiles files = WeightFiles.open(file)) {
            return joined(policy.config().tensors().stream().map(files::floats).toList());
        }
    }

    private static double[] joined(List<float[]> parts) {
        var all = new double[parts.stream().mapToInt(part -> part.length).sum()];
        int next = 0;
        for (float[] part : parts) {
            for (float value : part) {
                all[next++] = value;
            }
        }
        return all;
    }

    private static double[] difference(double[] a, double[] b) {
        var difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }
}
