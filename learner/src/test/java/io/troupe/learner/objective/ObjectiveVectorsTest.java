package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One token at a time, against numbers that were worked out by hand. */
class ObjectiveVectorsTest {

    private static final double CONFIDENT = Math.log(0.9);

    @Test
    void insideTheClipAConfidentTokenOfAGoodAnswerHasNoGradient() {
        var result = onPolicy(trGrpo(Map.of("weight.placement", "inside")), CONFIDENT, 1);
        assertThat(-result.loss()).isCloseTo(1.24, within(1e-12));
        assertThat(result.gradient()[0]).isZero();
        assertThat(result.diagnostics().clipFraction()).isEqualTo(1);
    }

    @Test
    void insideTheClipAConfidentTokenOfABadAnswerKeepsItsGradient() {
        var result = onPolicy(trGrpo(Map.of("weight.placement", "inside")), CONFIDENT, -1);
        assertThat(-result.loss()).isCloseTo(-1.4, within(1e-12));
        assertThat(-result.gradient()[0]).isCloseTo(-1.4, within(1e-12));
    }

    @Test
    void outsideTheClipTheWeightScalesTheAdvantage() {
        for (int advantage : new int[] {1, -1}) {
            var result = onPolicy(trGrpo(Map.of()), CONFIDENT, advantage);
            assertThat(-result.loss()).isCloseTo(1.4 * advantage, within(1e-12));
            assertThat(-result.gradient()[0]).isCloseTo(1.4 * advantage, within(1e-12));
        }
    }

    @Test
    void theZeroGradientOfTheInsidePlacementBeginsWhereTheAlgebraSays() {
        assertInsideKink("centred-slope", 0.3044);
        assertInsideKink("outer-slope", 0.2112);
    }

    @Test
    void placementsAgreeOnPolicyWhileTheWeightIsWithinTheClip() {
        double improbable = Math.log(0.28); // weighs 1.13 under form B
        var inside = onPolicy(trGrpo(Map.of("weight.placement", "inside")), improbable, 1);
        var outside = onPolicy(trGrpo(Map.of()), improbable, 1);
        assertThat(inside.loss()).isEqualTo(outside.loss());
        assertThat(inside.gradient()).containsExactly(outside.gradient());
    }

    @Test
    void theWeightEntersK3ThroughTheReferenceRatio() {
        assertWeightedKl(1, 0.063528);
        assertWeightedKl(2, 0.770381);
        assertWeightedKl(0.5, 0.056675);
    }

    @Test
    void k3HasItsKnownValues() {
        assertThat(LogRatio.k3(1, Math.log(2))).isCloseTo(0.306853, within(5e-7));
        assertThat(LogRatio.k3(1, -Math.log(2))).isCloseTo(0.193147, within(5e-7));
        assertThat(LogRatio.k3(1, 0)).isZero();
    }

    @Test
    void thePenaltyPullsTheWeightedTokenByOneMinusTheWeightedRatio() {
        var result = withReference("weighted-k3", 1);
        assertThat(result.gradient()[0]).isCloseTo(1 - 1.4, within(1e-12));
        assertThat(withReference("k3", 1).gradient()[0]).isZero();
    }

    @Test
    void theDecoupledObjectiveClipsAroundTheProximalPolicyAndWeighsByItsRatioToTheBehaviour() {
        var objective = grpo(changes("off-policy.cap", null));
        // u = 0.55 / 0.5 = 1.1, b = 0.5 / 0.2 = 2.5
        var result = evaluate(objective, Math.log(0.55), Math.log(0.5), Math.log(0.2), 1);
        assertThat(-result.loss()).isCloseTo(2.5 * 1.1, within(1e-12));
        assertThat(-result.gradient()[0]).isCloseTo(2.5 * 1.1, within(1e-12));
        assertThat(result.diagnostics().meanRatio()).isCloseTo(1.1, within(1e-12));
        assertThat(result.diagnostics().meanOffPolicyWeight()).isCloseTo(2.5, within(1e-12));
    }

    @Test
    void truncatedImportanceSamplingBoundsTheOffPolicyWeight() {
        var result = evaluate(grpo(Map.of("off-policy.cap", 2)), Math.log(0.55), Math.log(0.5), Math.log(0.2), 1);
        assertThat(-result.loss()).isCloseTo(2 * 1.1, within(1e-12));
        assertThat(result.diagnostics().offPolicyCappedFraction()).isEqualTo(1);
        var below = evaluate(grpo(Map.of("off-policy.cap", 2)), Math.log(0.55), Math.log(0.5), Math.log(0.4), 1);
        assertThat(-below.loss()).isCloseTo(1.25 * 1.1, within(1e-12));
        assertThat(below.diagnostics().offPolicyCappedFraction()).isZero();
    }

    @Test
    void withoutCorrectionTheRatioIsToTheBehaviourPolicy() {
        var result = evaluate(grpo(Map.of("off-policy.kind", "none")), Math.log(0.55), Math.log(0.1), Math.log(0.5), 1);
        assertThat(-result.loss()).isCloseTo(1.1, within(1e-12));
        assertThat(result.diagnostics().meanOffPolicyWeight()).isEqualTo(1);
    }

    @Test
    void theClipStopsAGoodTokenAboveAndABadTokenBelow() {
        assertClip(0.65, 1, 1.2, 0);
        assertClip(0.65, -1, -1.3, -1.3);
        assertClip(0.35, 1, 0.7, 0.7);
        assertClip(0.35, -1, -0.8, 0);
    }

    @Test
    void theDualClipBoundsTheLossOfABadTokenWhoseRatioExploded() {
        var objective = grpo(Map.of("trust-region.dual-clip", 3));
        var exploded = evaluate(objective, Math.log(0.8), Math.log(0.1), Math.log(0.1), -1);
        assertThat(exploded.loss()).isCloseTo(3, within(1e-12));
        assertThat(exploded.gradient()[0]).isZero();
        assertThat(exploded.diagnostics().clippedDual()).isEqualTo(1);
        var good = evaluate(objective, Math.log(0.8), Math.log(0.1), Math.log(0.1), 1);
        assertThat(good.diagnostics().clippedDual()).isZero();
    }

    @Test
    void ratiosStopAtTheirBoundWithoutAGradient() {
        var objective = grpo(Map.of("trust-region.kind", "none", "off-policy.kind", "none"));
        var result = evaluate(objective, -1, -1, -41, 1);
        assertThat(-result.loss()).isCloseTo(Math.exp(20), within(1e-3));
        assertThat(result.gradient()[0]).isZero();
    }

    @Test
    void theEntropyBonusIsPaidPerToken() {
        var objective = grpo(Map.of("regulariser.entropy-coefficient", 0.01));
        var batch = TokenBatch.builder(new int[] {0, 2}, new double[] {0})
                .current(new double[] {-1, -2})
                .proximal(new double[] {-1, -2})
                .behaviour(new double[] {-1, -2})
                .entropy(new double[] {0.5, 1.5})
                .build();
        var result = objective.evaluate(batch, Normalizer.of(batch));
        assertThat(result.loss()).isCloseTo(-0.01, within(1e-15));
        assertThat(result.entropyGradient()).containsExactly(new double[] {-0.005, -0.005}, within(1e-15));
        assertThat(result.diagnostics().entropy()).hasValue(1.0);
    }

    @Test
    void aLogProbabilityThatIsNoNumberMakesTheLossOne() {
        for (double broken : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
            assertThat(evaluate(grpo(Map.of()), broken, -1, -1, 1).isFinite()).isFalse();
            assertThat(evaluate(grpo(Map.of()), -1, broken, -1, 1).isFinite()).isFalse();
            assertThat(evaluate(grpo(Map.of()), -1, -1, broken, 1).isFinite()).isFalse();
            assertThat(evaluate(grpo(Map.of()), broken, -1, -1, -1).isFinite()).isFalse();
        }
    }

    @Test
    void aBatchThatLacksAnArrayIsRefusedByItsName() {
        var batch = TokenBatch.builder(new int[] {0, 1}, new double[] {1})
                .current(new double[] {-1})
                .behaviour(new double[] {-1})
                .build();
        assertThatThrownBy(() -> grpo(Map.of()).evaluate(batch, Normalizer.of(batch)))
                .hasMessageContaining("proximal");
        var none = grpo(Map.of(
                "off-policy.kind", "none", "regulariser.kl-coefficient", 0.1, "regulariser.reference", "initial"));
        assertThatThrownBy(() -> none.evaluate(batch, Normalizer.of(batch))).hasMessageContaining("reference");
        var bonus = grpo(Map.of("off-policy.kind", "none", "regulariser.entropy-coefficient", 0.1));
        assertThatThrownBy(() -> bonus.evaluate(batch, Normalizer.of(batch))).hasMessageContaining("entropies");
    }

    private static void assertInsideKink(String form, double p) {
        var objective = trGrpo(Map.of("weight.placement", "inside", "weight.form", form));
        assertThat(onPolicy(objective, Math.log(p - 1e-4), 1).gradient()[0]).isNotZero();
        assertThat(onPolicy(objective, Math.log(p + 1e-4), 1).gradient()[0]).isZero();
    }

    private static void assertClip(double probability, double advantage, double surrogate, double gradient) {
        var result = evaluate(grpo(Map.of()), Math.log(probability), Math.log(0.5), Math.log(0.5), advantage);
        assertThat(-result.loss()).isCloseTo(surrogate, within(1e-12));
        assertThat(-result.gradient()[0]).isCloseTo(gradient, within(1e-12));
        assertThat(result.diagnostics().clipFraction()).isEqualTo(gradient == 0 ? 1 : 0);
    }

    private static void assertWeightedKl(double ratio, double expected) {
        assertThat(withReference("weighted-k3", ratio).loss()).isCloseTo(expected, within(5e-7));
    }

    private static ObjectiveResult withReference(String form, double ratio) {
        var objective = trGrpo(Map.of(
                "regulariser.kl-coefficient", 1, "regulariser.kl-form", form, "regulariser.reference", "initial"));
        var batch = TokenBatch.builder(new int[] {0, 1}, new double[] {0})
                .current(new double[] {Math.log(0.4)})
                .proximal(new double[] {Math.log(0.4)})
                .behaviour(new double[] {Math.log(0.4)})
                .reference(new double[] {Math.log(0.4 * ratio)})
                .build();
        return objective.evaluate(batch, Normalizer.of(batch));
    }

    private static ObjectiveResult onPolicy(Objective objective, double logProbability, double advantage) {
        return evaluate(objective, logProbability, logProbability, logProbability, advantage);
    }

    private static ObjectiveResult evaluate(
            Objective objective, double current, double proximal, double behaviour, double advantage) {
        var batch = TokenBatch.builder(new int[] {0, 1}, new double[] {advantage})
                .current(new double[] {current})
                .proximal(new double[] {proximal})
                .behaviour(new double[] {behaviour})
                .build();
        return objective.evaluate(batch, Normalizer.of(batch));
    }

    private static Map<String, @Nullable Object> changes(String key, @Nullable Object value) {
        var changes = new HashMap<String, @Nullable Object>();
        changes.put(key, value);
        return changes;
    }

    private static Objective trGrpo(Map<String, ? extends @Nullable Object> changes) {
        return Objective.of(ObjectivePresets.named("tr-grpo").with(changes));
    }

    private static Objective grpo(Map<String, ? extends @Nullable Object> changes) {
        return Objective.of(ObjectivePresets.named("grpo").with(changes));
    }
}
