package io.troupe.learner.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectiveSettingsTest {

    private static final ObjectiveSettings TR_GRPO = ObjectivePresets.named("tr-grpo");

    @Test
    void theDefaultsSayWhatIsReconstructed() {
        assertThat(TR_GRPO.describe()).isEqualTo("TR-GRPO (reconstructed: form B, outside)");
        assertThat(ObjectivePresets.named("grpo").describe()).isEqualTo("GRPO");
        assertThat(ObjectivePresets.named("dr-grpo").describe()).isEqualTo("Dr. GRPO");
    }

    @Test
    void aDescriptionNamesEverySwitchThatDiffersFromThePreset() {
        var changed = TR_GRPO.with(
                Map.of("weight.form", "outer-slope", "weight.reversed", true, "trust-region.clip-high", 0.3));
        assertThat(changed.describe())
                .isEqualTo("TR-GRPO (reconstructed: form C, outside; weights reversed by our own formula;"
                        + " changed: trust-region.clip-high = 0.3)");
        assertThat(ObjectivePresets.named("grpo")
                        .with(Map.of("weight.form", "centred-slope"))
                        .describe())
                .isEqualTo("GRPO with a token weight (reconstructed: form B, outside)");
        assertThat(TR_GRPO.with(Map.of("weight.form", "none")).describe())
                .isEqualTo("TR-GRPO (changed: weight.form = none)");
    }

    @Test
    void anUnknownNameListsTheKnown() {
        assertThatThrownBy(() -> ObjectivePresets.named("trgrpo"))
                .isInstanceOf(ObjectiveSettingsException.class)
                .hasMessage("objective.name = trgrpo: there is no objective of that name; the known ones are "
                        + String.join(", ", ObjectivePresets.names()));
    }

    @Test
    void anUnknownKeyListsTheKnown() {
        assertThatThrownBy(() -> TR_GRPO.with(Map.of("weight.tao", 9)))
                .hasMessageContaining("objective.weight.tao")
                .hasMessageContaining("weight.tau");
    }

    @ParameterizedTest
    @MethodSource("io.troupe.learner.objective.ObjectivePresets#names")
    void settingsComeBackFromTheirKeys(String name) {
        var settings = ObjectivePresets.named(name);
        assertThat(TR_GRPO.asMap().keySet())
                .containsExactlyElementsOf(settings.asMap().keySet());
        assertThat(settings.with(settings.asMap())).isEqualTo(settings);
    }

    @ParameterizedTest
    @CsvSource({
        "weight.form, steep, 'must be one of none, literal, centred-slope, outer-slope, centred-divisor, log-probability, linear'",
        "weight.form, raw-logit, 'rollouts record normalised log-probabilities, from which it cannot be told'",
        "weight.tau, nine, must be a number",
        "weight.tau, 0, must be a number > 0",
        "weight.alpha, -1, must be a number > 0",
        "weight.upper, 0.5, must be a number >= weight.lower = 1.0",
        "weight.upper, NaN, must be a number",
        "weight.reversed, perhaps, must be true or false",
        "trust-region.clip-low, 1.5, 'must be in [0, 1]'",
        "trust-region.clip-high, -0.1, must be a number >= 0",
        "trust-region.dual-clip, 1, must be a number > 1",
        "off-policy.cap, 0, must be a number > 0",
        "regulariser.kl-coefficient, 0.01, needs a reference policy",
        "regulariser.entropy-coefficient, -1, must be a number >= 0",
        "aggregation.kind, constant-length, divides by it",
        "aggregation.constant-length, 100, is for aggregation.kind = constant-length alone",
        "aggregation.constant-length, 1.5, must be a whole number",
        "advantage.delta, -1, must be a number >= 0",
        "advantage.belief-rate, 0, must be a number > 0",
        "advantage.belief-window, 1, must be >= 2 batches",
        "advantage.belief-scale, -1, must be a number > 0",
        "advantage.overlong-length, 100, go together",
        "advantage.overlong-cache, 10, go together",
        "trust-region.divergence-low, 0, must be a number > 0",
        "trust-region.ratio-cap, 10, is a part of the divergences",
        "off-policy.floor, 0.5, is for off-policy.beyond = mask",
        "selection.threshold, 1, 'must be in (0, 1)'",
        "selection.head, -1, must be >= 0",
        "selection.probability, 1.5, 'must be in [0, 1]'",
        "selection.limit, 0, must be a number of tokens >= 1",
        "dynamic-sampling.rounds, 0, must be >= 1",
    })
    void anImpossibleValueIsRefusedWithItsKeyAndTheReason(String key, String value, String reason) {
        assertThatThrownBy(() -> TR_GRPO.with(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("objective.")
                .hasMessageContaining(reason);
    }

    @Test
    void combinationsWithoutSenseAreRefusedWithTheReason() {
        assertRefused(
                Map.of("weight.placement", "inside", "trust-region.kind", "none"),
                "objective.weight.placement = inside: puts the weight inside the clip, but trust-region.kind = none; use outside");
        assertRefused(Map.of("weight.placement", "inside", "weight.form", "none"), "there is no weight to place");
        assertRefused(Map.of("weight.reversed", true, "weight.form", "none"), "there is no weight to reverse");
        assertRefused(Map.of("regulariser.kl-form", "weighted-k3", "weight.form", "none"), "needs a token weight");
        assertRefused(Map.of("regulariser.kl-form", "weighted-k3", "weight.lower", 0), "which takes its logarithm");
        assertRefused(Map.of("off-policy.kind", "none", "off-policy.cap", 2), "set it to null");
        assertRefused(Map.of("trust-region.kind", "none", "trust-region.dual-clip", 3), "set it to null");
    }

    @Test
    void aPartThatIsSwitchedOffTakesAlongWhatOnlyMadeSenseWithIt() {
        var changed = TR_GRPO.with(Map.of("off-policy.kind", "none"));
        assertThat(changed.offPolicy().kind()).isEqualTo(OffPolicy.Kind.NONE);
        assertThat(changed.offPolicy().cap()).isNull();
        assertThat(ObjectivePresets.named("dr-grpo")
                        .with(Map.of("aggregation.kind", "token-mean"))
                        .aggregation()
                        .constantLength())
                .isNull();
    }

    @Test
    void aWeightWithoutEffectAndAWeightThatSilencesTokensAreWarnedOf() {
        assertThat(TR_GRPO.warnings()).isEmpty();
        assertThat(TR_GRPO.with(Map.of("weight.form", "literal")).warnings())
                .singleElement()
                .asString()
                .contains("form A", "weighs every token 1.000");
        assertThat(TR_GRPO.with(Map.of("weight.placement", "inside")).warnings())
                .singleElement()
                .asString()
                .contains("1.400 > 1 + trust-region.clip-high = 1.240");
    }

    private static void assertRefused(Map<String, ?> changes, String reason) {
        assertThatThrownBy(() -> TR_GRPO.with(changes))
                .isInstanceOf(ObjectiveSettingsException.class)
                .hasMessageContaining(reason);
    }
}
