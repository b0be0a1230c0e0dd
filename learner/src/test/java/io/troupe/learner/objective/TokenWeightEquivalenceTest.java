package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where TR-GRPO must be GRPO to the last bit, and what its weight does not do. */
class TokenWeightEquivalenceTest {

    private static final Map<String, Object> CLIP = Map.of("trust-region.clip-high", 0.24);

    @Property(tries = 200, seed = "1")
    void weightsBoundedByOneAreGrpoBitForBit(@ForAll long seed, @ForAll WeightForm form) {
        if (form == WeightForm.NONE) {
            return;
        }
        double alpha = form == WeightForm.LINEAR ? 0.3 : 2.0;
        var bounds = Map.<String, Object>of(
                "weight.lower", 1, "weight.upper", 1, "weight.form", SettingKeys.word(form), "weight.alpha", alpha);
        for (String placement : new String[] {"inside", "outside"}) {
            assertSameBits(seed, with(bounds, "weight.placement", placement));
        }
    }

    @Property(tries = 200, seed = "1")
    void theLiteralFormWithTheAttestedConstantsIsGrpoBitForBit(@ForAll long seed) {
        assertSameBits(seed, Map.of("weight.form", "literal"));
        assertSameBits(seed, Map.of("weight.form", "literal", "weight.placement", "inside"));
        assertSameBits(seed, Map.of("weight.form", "log-probability"));
    }

    @Property(tries = 100, seed = "1")
    void theWeightedPenaltyWithWeightsOfOneIsThePlainOneBitForBit(@ForAll long seed) {
        var batch = RandomBatches.batch(seed);
        var penalty = Map.of("regulariser.kl-coefficient", 0.01, "regulariser.reference", "initial");
        var plain = evaluate("grpo", with(penalty, "trust-region.clip-high", 0.24), batch);
        var weighted = evaluate(
                "tr-grpo", with(with(penalty, "weight.form", "literal"), "regulariser.kl-form", "weighted-k3"), batch);
        assertSameBits(plain, weighted);
    }

    @Test
    void theLossMovesWithTheWeightButTheGradientDoesNotFollow() {
        double p = 0.3; // on the slope of form B
        var objective = Objective.of(ObjectivePresets.named("tr-grpo"));
        double step = 1e-6;
        double here = Math.log(p);
        double difference = (at(objective, here + step, here).loss()
                        - at(objective, here - step, here).loss())
                / (2 * step);
        var weight = objective.tokenWeight();
        double weightSlope = (weight.at(here + step) - weight.at(here - step)) / (2 * step);
        double gradient = at(objective, here, here).gradient()[0];
        assertThat(gradient).isCloseTo(-weight.at(here), within(1e-12));
        assertThat(weightSlope).isGreaterThan(0.5);
        assertThat(difference - gradient).isCloseTo(-weightSlope, within(1e-6));
    }

    @Test
    void withTheBehaviourProbabilityTheWholeLossHasNoOtherSlopeThanTheGradient() {
        var objective = Objective.of(ObjectivePresets.named("tr-grpo").with(Map.of("weight.probability", "behaviour")));
        double step = 1e-6;
        double here = Math.log(0.3);
        double difference = (at(objective, here + step, here).loss()
                        - at(objective, here - step, here).loss())
                / (2 * step);
        assertThat(at(objective, here, here).gradient()[0]).isCloseTo(difference, within(1e-6));
    }

    private static ObjectiveResult at(Objective objective, double current, double old) {
        var batch = TokenBatch.builder(new int[] {0, 1}, new double[] {1})
                .current(new double[] {current})
                .proximal(new double[] {old})
                .behaviour(new double[] {old})
                .build();
        return objective.evaluate(batch, Normalizer.of(batch));
    }

    private static void assertSameBits(long seed, Map<String, ? extends @Nullable Object> weight) {
        var batch = RandomBatches.batch(seed);
        assertSameBits(evaluate("grpo", CLIP, batch), evaluate("tr-grpo", weight, batch));
    }

    private static void assertSameBits(ObjectiveResult expected, ObjectiveResult actual) {
        assertThat(Double.doubleToRawLongBits(actual.loss())).isEqualTo(Double.doubleToRawLongBits(expected.loss()));
        for (int t = 0; t < expected.gradient().length; t++) {
            assertThat(Double.doubleToRawLongBits(actual.gradient()[t]))
                    .isEqualTo(Double.doubleToRawLongBits(expected.gradient()[t]));
        }
    }

    private static ObjectiveResult evaluate(
            String preset, Map<String, ? extends @Nullable Object> changes, TokenBatch batch) {
        return Objective.of(ObjectivePresets.named(preset).with(changes)).evaluate(batch, Normalizer.of(batch));
    }

    private static Map<String, @Nullable Object> with(
            Map<String, ? extends @Nullable Object> map, String key, @Nullable Object value) {
        var more = new HashMap<String, @Nullable Object>(map);
        more.put(key, value);
        return more;
    }
}
