package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.objective.ObjectiveSettings.Aggregation;
import io.troupe.learner.objective.ObjectiveSettings.AggregationKind;
import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.OffPolicy;
import io.troupe.learner.objective.ObjectiveSettings.OffPolicyKind;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import io.troupe.learner.objective.ObjectiveSettings.Reference;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;
import io.troupe.learner.objective.ObjectiveSettings.TrustRegion;
import io.troupe.learner.objective.ObjectiveSettings.TrustRegionKind;
import io.troupe.learner.objective.ObjectiveSettings.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Every combination of switches, on random batches, against the reference and its finite differences. */
class ObjectiveReferenceTest {

    private static final int[] LENGTHS = {5, 1, 0, 4, 3};

    @Test
    void lossAndGradientEqualTheReferenceUnderEveryCombination() {
        var random = new SplittableRandom(7);
        var combinations = combinations();
        for (var settings : combinations) {
            var sample = Sample.draw(random);
            var reference = new ReferenceObjective(settings);
            var result = Objective.of(settings).evaluate(sample.batch(), Normalizer.of(sample.batch()));

            double expected = reference.loss(sample.trajectories(), sample.current(), sample.current());
            assertThat(result.loss())
                    .as("loss of %s", settings)
                    .isCloseTo(expected, within(1e-12 * (1 + Math.abs(expected))));
            assertGradient(settings, sample, reference, result);
        }
        assertThat(combinations).hasSizeGreaterThan(3000);
    }

    private static void assertGradient(
            ObjectiveSettings settings, Sample sample, ReferenceObjective reference, ObjectiveResult result) {
        double step = 1e-6;
        int token = 0;
        for (int i = 0; i < LENGTHS.length; i++) {
            for (int t = 0; t < LENGTHS[i]; t++, token++) {
                if (reference.nearKink(
                        sample.trajectories().get(i), t, sample.current().get(i)[t])) {
                    continue;
                }
                double above = reference.loss(sample.trajectories(), sample.nudged(i, t, step), sample.current());
                double below = reference.loss(sample.trajectories(), sample.nudged(i, t, -step), sample.current());
                double slope = (above - below) / (2 * step);
                assertThat(result.gradient()[token])
                        .as("gradient at token %s of trajectory %s of %s", t, i, settings)
                        .isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
            }
        }
    }

    @Test
    void microBatchesWithTheWholeNormaliserAddUpToTheBatch() {
        var random = new SplittableRandom(11);
        for (var settings : combinations()) {
            var sample = Sample.draw(random);
            var objective = Objective.of(settings);
            var whole = Normalizer.of(sample.batch());
            var expected = objective.evaluate(sample.batch(), whole);
            int cut = random.nextInt(LENGTHS.length + 1);
            var left = objective.evaluate(sample.part(0, cut), whole);
            var right = objective.evaluate(sample.part(cut, LENGTHS.length), whole);
            assertThat(left.loss() + right.loss())
                    .isCloseTo(expected.loss(), within(1e-12 * (1 + Math.abs(expected.loss()))));
            assertThat(concatenated(left.gradient(), right.gradient())).containsExactly(expected.gradient());
            assertThat(concatenated(left.entropyGradient(), right.entropyGradient()))
                    .containsExactly(expected.entropyGradient());
            var together = left.diagnostics().plus(right.diagnostics());
            assertThat(together.clipFraction()).isEqualTo(expected.diagnostics().clipFraction());
            assertThat(together.meanTokenWeight())
                    .isCloseTo(expected.diagnostics().meanTokenWeight(), within(1e-12));
        }
    }

    private static double[] concatenated(double[] left, double[] right) {
        double[] both = new double[left.length + right.length];
        System.arraycopy(left, 0, both, 0, left.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }

    private static List<ObjectiveSettings> combinations() {
        var preset = ObjectivePresets.named("tr-grpo");
        var all = new ArrayList<ObjectiveSettings>();
        for (var weight : weights()) {
            for (var region : List.of(
                    new TrustRegion(TrustRegionKind.CLIP, 0.2, 0.24, null),
                    new TrustRegion(TrustRegionKind.CLIP, 0.2, 0.28, 1.7),
                    new TrustRegion(TrustRegionKind.NONE, 0.2, 0.2, null))) {
                for (var offPolicy : List.of(
                        new OffPolicy(OffPolicyKind.DECOUPLED, 1.3),
                        new OffPolicy(OffPolicyKind.DECOUPLED, null),
                        new OffPolicy(OffPolicyKind.NONE, null))) {
                    for (var regulariser : List.of(
                            new Regulariser(0, KlForm.K3, Reference.NONE, 0),
                            new Regulariser(0.1, KlForm.K3, Reference.INITIAL, 0.02),
                            new Regulariser(0.1, KlForm.WEIGHTED_K3, Reference.INITIAL, 0))) {
                        for (var kind : AggregationKind.values()) {
                            if (isRefused(weight, region, regulariser)) {
                                continue;
                            }
                            Integer constant = kind == AggregationKind.CONSTANT_LENGTH ? 7 : null;
                            all.add(new ObjectiveSettings(
                                    preset.name(),
                                    preset.advantage(),
                                    weight,
                                    region,
                                    offPolicy,
                                    regulariser,
                                    new Aggregation(kind, constant)));
                        }
                    }
                }
            }
        }
        return all;
    }

    /** Combinations without sense; see ObjectiveSettingsTest. */
    private static boolean isRefused(Weight weight, TrustRegion region, Regulariser regulariser) {
        boolean nothingToBeInside = weight.placement() == Placement.INSIDE && region.kind() == TrustRegionKind.NONE;
        boolean nothingToWeighBy = weight.form() == WeightForm.NONE && regulariser.klForm() == KlForm.WEIGHTED_K3;
        return nothingToBeInside || nothingToWeighBy;
    }

    private static List<Weight> weights() {
        var weights = new ArrayList<Weight>();
        for (var form : WeightForm.values()) {
            for (var probability : Probability.values()) {
                for (var placement : Placement.values()) {
                    for (boolean reversed : new boolean[] {false, true}) {
                        if (form == WeightForm.NONE && (placement == Placement.INSIDE || reversed)) {
                            continue;
                        }
                        // bounds that the flat forms reach too, so that all of them vary
                        weights.add(new Weight(form, 2.0, 9.0, 0.25, 0.4, 1.4, reversed, placement, probability));
                    }
                }
            }
        }
        return weights;
    }

    /** A random batch in both shapes. */
    private record Sample(List<ReferenceObjective.Trajectory> trajectories, List<double[]> current) {

        static Sample draw(SplittableRandom random) {
            var trajectories = new ArrayList<ReferenceObjective.Trajectory>();
            var current = new ArrayList<double[]>();
            for (int length : LENGTHS) {
                double[] now = new double[length];
                var tokens = new ArrayList<ReferenceObjective.Token>();
                for (int t = 0; t < length; t++) {
                    now[t] = -0.02 - 3 * random.nextDouble() * random.nextDouble();
                    double proximal = now[t] + 0.8 * (random.nextDouble() - 0.5);
                    double behaviour = proximal + 1.2 * (random.nextDouble() - 0.5);
                    double reference = now[t] + 2 * (random.nextDouble() - 0.5);
                    tokens.add(new ReferenceObjective.Token(proximal, behaviour, reference, 3 * random.nextDouble()));
                }
                current.add(now);
                trajectories.add(new ReferenceObjective.Trajectory(4 * random.nextDouble() - 2, tokens));
            }
            return new Sample(trajectories, current);
        }

        List<double[]> nudged(int trajectory, int token, double step) {
            var nudged = new ArrayList<>(current);
            double[] copy = current.get(trajectory).clone();
            copy[token] += step;
            nudged.set(trajectory, copy);
            return nudged;
        }

        TokenBatch batch() {
            return part(0, LENGTHS.length);
        }

        TokenBatch part(int from, int to) {
            int[] offsets = new int[to - from + 1];
            double[] advantages = new double[to - from];
            double[] now = {};
            var tokens = new ArrayList<ReferenceObjective.Token>();
            for (int i = from; i < to; i++) {
                var o = trajectories.get(i);
                offsets[i - from + 1] = offsets[i - from] + LENGTHS[i];
                advantages[i - from] = o.advantage();
                now = concatenated(now, current.get(i));
                tokens.addAll(o.tokens());
            }
            return TokenBatch.builder(offsets, advantages)
                    .current(now)
                    .proximal(column(tokens, ReferenceObjective.Token::proximal))
                    .behaviour(column(tokens, ReferenceObjective.Token::behaviour))
                    .reference(column(tokens, ReferenceObjective.Token::reference))
                    .entropy(column(tokens, ReferenceObjective.Token::entropy))
                    .build();
        }

        private static double[] column(
                List<ReferenceObjective.Token> tokens, ToDoubleFunction<ReferenceObjective.Token> value) {
            return tokens.stream().mapToDouble(value).toArray();
        }
    }
}
