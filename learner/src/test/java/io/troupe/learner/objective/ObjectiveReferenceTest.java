package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.objective.ObjectiveSettings.Aggregation;
import io.troupe.learner.objective.ObjectiveSettings.AggregationKind;
import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import io.troupe.learner.objective.ObjectiveSettings.Reference;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;
import io.troupe.learner.objective.ObjectiveSettings.Side;
import io.troupe.learner.objective.ObjectiveSettings.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Loss and gradient of every row, every combination of the classic switches and random combinations of all of them, against the reference. */
class ObjectiveReferenceTest {

    private static final int[] LENGTHS = {5, 1, 0, 4, 3};

    @Test
    void lossAndGradientEqualTheReferenceUnderEveryCombination() {
        var random = new SplittableRandom(7);
        var combinations = combinations();
        for (var settings : combinations) {
            assertEqualsReference(settings, ReferenceSample.draw(random, LENGTHS));
        }
        assertThat(combinations).hasSizeGreaterThan(3000);
    }

    @Property(tries = 40, seed = "1")
    void everyRowEqualsTheReference(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (String name : ObjectivePresets.names()) {
            var settings = ObjectivePresets.named(name);
            boolean byToken = settings.selection().kind() != Selection.Kind.ALL;
            assertEqualsReference(
                    settings,
                    byToken ? ReferenceSample.drawByToken(random, LENGTHS) : ReferenceSample.draw(random, LENGTHS));
        }
    }

    @Property(tries = 2000, seed = "1")
    void randomCombinationsEqualTheReference(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var settings = RandomObjectives.next(random);
        boolean ofSequence = settings.trustRegion().level() == TrustRegion.Level.SEQUENCE
                || settings.regulariser().klForm() == KlForm.SEQUENCE_K2;
        assertEqualsReference(
                settings,
                ofSequence ? ReferenceSample.draw(random, LENGTHS) : ReferenceSample.drawByToken(random, LENGTHS));
    }

    private static void assertEqualsReference(ObjectiveSettings settings, ReferenceSample sample) {
        var reference = new ReferenceObjective(settings);
        var result = Objective.of(settings).evaluate(sample.batch(), Normalizer.of(sample.batch()));
        double expected = reference.loss(sample.trajectories(), sample.current(), sample.current());
        assertThat(result.loss())
                .as("loss of %s", settings)
                .isCloseTo(expected, within(1e-12 * (1 + Math.abs(expected))));
        assertGradient(settings, sample, reference, result);
    }

    private static void assertGradient(
            ObjectiveSettings settings, ReferenceSample sample, ReferenceObjective reference, ObjectiveResult result) {
        double step = 1e-6;
        int token = 0;
        for (int i = 0; i < LENGTHS.length; i++) {
            for (int t = 0; t < LENGTHS[i]; t++, token++) {
                var trajectory = sample.trajectories().get(i);
                if (reference.nearKink(trajectory, t, sample.current().get(i))) {
                    continue;
                }
                double above = reference.loss(sample.trajectories(), sample.nudged(i, t, step), sample.current());
                double below = reference.loss(sample.trajectories(), sample.nudged(i, t, -step), sample.current());
                double slope = (above - below) / (2 * step);
                assertThat(result.gradient()[token])
                        .as("gradient at token %s of trajectory %s of %s", t, i, settings)
                        .isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
                if (!trajectory.get(t).selected()) {
                    assertThat(result.gradient()[token]).isZero();
                }
            }
        }
    }

    @Test
    void microBatchesWithTheWholeNormaliserAddUpToTheBatch() {
        var random = new SplittableRandom(11);
        for (var settings : combinations()) {
            assertMicroBatchesAddUp(random, settings);
        }
    }

    @Property(tries = 500, seed = "1")
    void microBatchesOfRandomCombinationsAddUpToTheBatch(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        assertMicroBatchesAddUp(random, RandomObjectives.next(random));
    }

    private static void assertMicroBatchesAddUp(SplittableRandom random, ObjectiveSettings settings) {
        var sample = ReferenceSample.draw(random, LENGTHS);
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
        var all = expected.diagnostics();
        assertThat(together.clipFraction()).isEqualTo(all.clipFraction());
        assertThat(together.offPolicyMaskedFraction()).isEqualTo(all.offPolicyMaskedFraction());
        assertThat(together.ratioCappedFraction()).isEqualTo(all.ratioCappedFraction());
        assertThat(together.meanTokenWeight()).isCloseTo(all.meanTokenWeight(), within(1e-12));
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
                    new TrustRegion(TrustRegion.Kind.CLIP, 0.2, 0.24, null),
                    new TrustRegion(TrustRegion.Kind.CLIP, 0.2, 0.28, 1.7),
                    new TrustRegion(TrustRegion.Kind.NONE, 0.2, 0.2, null))) {
                for (var offPolicy : List.of(
                        new OffPolicy(OffPolicy.Kind.DECOUPLED, 1.3),
                        new OffPolicy(OffPolicy.Kind.DECOUPLED, null),
                        new OffPolicy(OffPolicy.Kind.NONE, null))) {
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
                                    preset.selection(),
                                    preset.drafts(),
                                    preset.critic(),
                                    preset.likelihood(),
                                    preset.dynamicSampling(),
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
        boolean nothingToBeInside = weight.placement() == Placement.INSIDE && region.kind() == TrustRegion.Kind.NONE;
        boolean nothingToWeighBy = weight.form() == WeightForm.NONE && regulariser.klForm() == KlForm.WEIGHTED_K3;
        return nothingToBeInside || nothingToWeighBy;
    }

    private static List<Weight> weights() {
        var weights = new ArrayList<Weight>();
        for (var form : WeightForm.values()) {
            for (var probability : Probability.values()) {
                for (var placement : Placement.values()) {
                    for (boolean reversed : new boolean[] {false, true}) {
                        if ((form == WeightForm.NONE && (placement == Placement.INSIDE || reversed))
                                || (form == WeightForm.LINEAR && reversed)) {
                            continue;
                        }
                        double alpha = form == WeightForm.LINEAR ? 0.7 : 2.0;
                        // bounds that the flat forms reach too, so that all of them vary
                        weights.add(new Weight(
                                form, alpha, 9.0, 0.25, 0.4, 1.4, reversed, placement, probability, Side.ALL));
                    }
                }
            }
        }
        return weights;
    }
}
