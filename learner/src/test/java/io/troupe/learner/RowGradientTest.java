package io.troupe.learner;

import static io.troupe.learner.GradientDescent.assign;
import static io.troupe.learner.GradientDescent.difference;
import static io.troupe.learner.GradientDescent.dot;
import static io.troupe.learner.GradientDescent.moved;
import static io.troupe.learner.GradientDescent.norm;
import static io.troupe.learner.GradientDescent.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.Objective;
import io.troupe.learner.objective.ObjectivePresets;
import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.objective.ReferenceObjective;
import io.troupe.policy.Arithmetic;
import io.troupe.policy.Decoder;
import io.troupe.policy.PackedRows;
import io.troupe.policy.Policy;
import io.troupe.policy.Weights;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An update of a real policy by every row, against central differences of the plain reference's loss in its weights. The optimiser is set up as gradient
 * descent with a step of 1, so that what an update takes off the weights is the gradient.
 */
class RowGradientTest {

    private static final long SEED = 7;
    private static final long VERSION = 1;

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

    static Stream<Arguments> objectives() {
        // GSPO's own clip, of 3e-4, is narrower than the steps of the differences
        Stream<Arguments> rows = ObjectivePresets.names().stream()
                .filter(name ->
                        !name.equals("gspo") && !name.equals("etpo") && !name.equals("espo")) // CriticTest, EspoTest
                .map(name -> Arguments.of(name, ObjectivePresets.named(name)));
        return Stream.concat(
                rows,
                Stream.of(
                        changed("gspo", Map.of("trust-region.clip-low", 0.5, "trust-region.clip-high", 0.5)),
                        changed("lopti", Map.of("selection.threshold", 0.003)),
                        changed("lopti", Map.of("selection.threshold", 0.003, "selection.first", "probable")),
                        changed(
                                "tr-grpo",
                                Map.of(
                                        "weight.mu",
                                        0.004,
                                        "weight.tau",
                                        500,
                                        "weight.placement",
                                        "inside",
                                        "off-policy.kind",
                                        "none",
                                        "regulariser.kl-coefficient",
                                        0.2,
                                        "regulariser.kl-form",
                                        "weighted-k3",
                                        "regulariser.reference",
                                        "initial",
                                        "regulariser.entropy-coefficient",
                                        0.05))));
    }

    private static Arguments changed(String name, Map<String, Object> changes) {
        return Arguments.of(
                name + " with " + changes, ObjectivePresets.named(name).with(changes));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objectives")
    void anUpdateFollowsTheSlopeOfTheLossInTheWeights(String name, ObjectiveSettings objective) throws IOException {
        Path moved = folder.resolve("moved");
        List<Group> first = groups(3, 0);
        List<Group> batch = groups(4, VERSION);
        try (var learner = learner(objective, 0.5)) {
            learner.update(first);
            learner.save(moved);
        }
        Path before = folder.resolve("before.safetensors");
        Path after = folder.resolve("after.safetensors");
        try (var learner = learner(objective, 1)) {
            learner.restore(moved, VERSION, 0);
            learner.writeWeights(before);
            assertThat(learner.update(batch).skipped()).isNull();
            learner.writeWeights(after);
        }
        try (var loss = new Loss(objective, before, trainingBatch(objective, first, batch))) {
            double[] gradient = difference(read(policy, before), read(policy, after));
            double norm = norm(gradient);
            assertThat(norm).as("norm of the gradient").isGreaterThan(1e-3);
            var random = new Random(3);
            for (int i = 0; i < 2; i++) {
                double[] direction = direction(gradient, norm, random);
                double slope = (4 * loss.slope(direction, 5e-3) - loss.slope(direction, 1e-2)) / 3;
                assertThat(dot(gradient, direction))
                        .as("slope along direction %s, the norm of the gradient being %s", i, norm)
                        .isCloseTo(slope, within(1e-3 * norm + 2e-5));
            }
        }
    }

    /** A part of the gradient and as much of everything. */
    private static double[] direction(double[] gradient, double norm, Random random) {
        var direction = new double[gradient.length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (random.nextBoolean() ? gradient[i] / norm : 0)
                    + random.nextGaussian() / Math.sqrt(gradient.length);
        }
        double length = norm(direction);
        for (int i = 0; i < direction.length; i++) {
            direction[i] /= length;
        }
        return direction;
    }

    /** The reference's loss of the batch as a function of the weights, detached at those from before the update. */
    private final class Loss implements AutoCloseable {
        private final ReferenceObjective reference;
        private final TrainingBatch batch;
        private final List<boolean[]> selected;
        private final Decoder decoder;
        private final Weights weights;
        private final double[] origin;
        private final List<double[]> frozen;
        private final List<double[]> initial;

        Loss(ObjectiveSettings objective, Path before, TrainingBatch asJudged) {
            reference = new ReferenceObjective(objective);
            decoder = policy.newDecoder(manager, 96);
            weights = policy.loadWeights(manager, false);
            initial = scores(asJudged.items()).get(0);
            origin = read(policy, before);
            assign(weights, origin);
            batch = new HiddenRewards(
                            objective.advantage().hiddenReward(), decoder, new MicroBatcher(64, 1000), manager)
                    .applied(asJudged, weights);
            selected = selected(objective, batch);
            frozen = scores(batch.items()).get(0);
        }

        double slope(double[] direction, double step) {
            return (at(direction, step) - at(direction, -step)) / (2 * step);
        }

        private double at(double[] direction, double step) {
            assign(weights, moved(origin, direction, step));
            List<List<double[]>> scores = scores(batch.items());
            return reference.loss(tokens(scores.get(1)), scores.get(0), frozen);
        }

        private List<List<ReferenceObjective.Token>> tokens(List<double[]> entropies) {
            var trajectories = new ArrayList<List<ReferenceObjective.Token>>();
            for (int i = 0; i < batch.items().size(); i++) {
                Item item = batch.items().get(i);
                var tokens = new ArrayList<ReferenceObjective.Token>();
                for (int t = 0; t < item.behaviour().length; t++) {
                    tokens.add(new ReferenceObjective.Token(
                            item.advantages()[t],
                            selected.get(i)[t],
                            frozen.get(i)[t],
                            item.behaviour()[t],
                            initial.get(i)[t],
                            entropies.get(i)[t],
                            0,
                            new double[0],
                            new double[0]));
                }
                trajectories.add(tokens);
            }
            return trajectories;
        }

        /** Log-probabilities of the sampled tokens, and entropies. */
        private List<List<double[]>> scores(List<Item> items) {
            var all = List.of(new ArrayList<double[]>(), new ArrayList<double[]>());
            for (Item item : items) {
                ScoredSequence sequence = item.sequence();
                int[] prefix = sequence.prefix();
                var tokens = new int[sequence.length()];
                System.arraycopy(prefix, 0, tokens, 0, prefix.length);
                System.arraycopy(sequence.rest(), 0, tokens, prefix.length, sequence.rest().length);
                try (NDManager scope = manager.newSubManager()) {
                    float[] values = decoder.score(
                                    scope, weights, PackedRows.sequence(tokens), SampledGroups.TEMPERATURE, false)
                            .toFloatArray();
                    for (int which = 0; which < 2; which++) {
                        var own = new double[sequence.scoredTokens()];
                        for (int i = 0; i < own.length; i++) {
                            own[i] = values[which * (tokens.length - 1) + prefix.length - 1 + i];
                        }
                        all.get(which).add(own);
                    }
                }
            }
            return List.of(all.get(0), all.get(1));
        }

        @Override
        public void close() {
            weights.close();
            decoder.close();
        }
    }

    private static List<boolean[]> selected(ObjectiveSettings objective, TrainingBatch batch) {
        int groups = 1 + batch.items().stream().mapToInt(Item::group).max().orElseThrow();
        StepPlan plan = StepPlan.of(
                batch,
                Objective.of(objective).selection(),
                new StepPlan.Place(0, 0, 1, groups),
                true,
                StepPlan.seedOf(SEED, VERSION));
        var selected = new ArrayList<boolean[]>();
        batch.items().forEach(item -> selected.add(new boolean[item.behaviour().length]));
        for (int i = 0; i < plan.items().size(); i++) {
            selected.set(plan.items().get(i), plan.selected().get(i));
        }
        return selected;
    }

    /** The batch with the advantages that a learner has for it that has seen another. */
    private static TrainingBatch trainingBatch(ObjectiveSettings objective, List<Group> seen, List<Group> batch) {
        var credit = new Credit(objective.advantage());
        credit.belief().observe(Credit.accuracy(seen));
        return TrainingBatch.of(batch, credit);
    }

    /** Groups of different accuracy, sampled by a policy that is not quite this one. */
    private List<Group> groups(int groups, long version) {
        var random = new Random(11);
        DoubleSupplier error = () -> 0.3 * random.nextGaussian();
        return new SampledGroups(policy, manager, version).draw(groups, 4, error, index -> index % 3 == 0 ? 1 : 0);
    }

    private Learner learner(ObjectiveSettings objective, double step) {
        return new Learner(policy, GradientDescent.settings(objective, step, 1000, SEED), manager);
    }
}
