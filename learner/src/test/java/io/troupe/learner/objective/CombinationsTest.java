package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveRow.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Choices that cannot stand beside each other. */
class CombinationsTest {

    @Test
    void aWeightInsideNeedsAClipOfTheTokensOwnRatio() {
        for (String kind : new String[] {"none", "clipped-weight", "flipped-clip", "divergence-tv", "likelihood"}) {
            assertRefused(
                    "puts the weight inside the clip, but trust-region.kind = " + kind,
                    "weight.form",
                    "centred-slope",
                    "weight.placement",
                    "inside",
                    "trust-region.kind",
                    kind,
                    "off-policy.kind",
                    "none");
        }
        assertRefused(
                "multiplies a token's own ratio",
                "weight.form",
                "centred-slope",
                "weight.placement",
                "inside",
                "trust-region.level",
                "sequence");
    }

    @Test
    void aCriticAndTheSoftValueNeedEachOther() {
        assertRefused("goes by advantages", "critic.kind", "token");
        assertRefused("says of no token what it is worth", "trust-region.kind", "soft-value");
    }

    @Test
    void whatLooksAtSampledTokensOrAdvantagesHasNoPlaceBesideTheSoftValue() {
        for (String[] senseless : new String[][] {
            {"off-policy.kind", "decoupled", "weighs the token that was sampled"},
            {"weight.form", "centred-slope", "weighs the token that was sampled"},
            {"selection.kind", "sampled", "goes by the token that was sampled"},
            {"regulariser.reference", "none", "is what the critic sees the states through"},
            {"regulariser.kl-coefficient", "0.1", "would count the divergence twice"},
            {"advantage.belief", "soft", "weighs advantages"},
            {"advantage.hidden-reward", "signed", "weighs advantages"},
            {"dynamic-sampling.rounds", "3", "would keep groups of equal rewards from the critic"},
            {"trust-region.level", "sequence", "there is no ratio"},
            {"critic.trace", "1.5", "must be in [0, 1]"},
            {"critic.retention", "1", "or the target critic never learns"},
            {"critic.steps", "0", "must be >= 1"},
        }) {
            assertThatThrownBy(() -> ObjectivePresets.named("etpo").with(Map.of(senseless[0], senseless[1])))
                    .as(senseless[0])
                    .isInstanceOf(ObjectiveSettingsException.class)
                    .hasMessageContaining(senseless[2]);
        }
    }

    @Test
    void aPromptForDraftsMustSayWhereTheDraftGoes() {
        assertRefused("must have {draft}", "drafts.count", "2", "drafts.prompt", "Improve:");
        assertRefused("must be >= 0", "drafts.count", "-1");
    }

    @Test
    void aRatioOfTheTrajectoryNeedsARegionForRatiosOfTrajectories() {
        assertRefused(
                "measures how far one token has moved",
                "trust-region.level",
                "sequence",
                "trust-region.kind",
                "divergence-tv");
        assertRefused(
                "measures how far one token has moved",
                "trust-region.level",
                "sequence",
                "trust-region.kind",
                "divergence-kl");
        assertRefused(
                "turns the ratio of each token round",
                "trust-region.level",
                "sequence",
                "trust-region.kind",
                "flipped-clip");
        assertRefused("there is no ratio", "trust-region.level", "sequence", "trust-region.kind", "likelihood");
        assertAllowed("trust-region.level", "sequence", "trust-region.kind", "clipped-weight");
    }

    @Test
    void whatIsOfATrajectoryCannotBeOfSingleTokens() {
        assertRefused(
                "gives all tokens of a trajectory one ratio",
                "trust-region.level",
                "sequence",
                "selection.kind",
                "two-passes");
        assertRefused(
                "gives all tokens of a trajectory one ratio",
                "trust-region.level",
                "sequence",
                "selection.kind",
                "sampled");
        assertRefused(
                "gives its tokens advantages of their own",
                "trust-region.level",
                "sequence",
                "advantage.estimator",
                "prefix-tree",
                "selection.kind",
                "with-advantage");
        assertRefused(
                "is the distance of a whole trajectory",
                "regulariser.kl-form",
                "sequence-k2",
                "selection.kind",
                "sampled");
        assertAllowed("off-policy.level", "sequence", "selection.kind", "two-passes");
    }

    @Test
    void aDivergenceToTheSamplingPolicyLeavesNothingToCorrect() {
        assertRefused("takes its ratio already", "trust-region.kind", "divergence-tv", "off-policy.kind", "decoupled");
        assertAllowed("trust-region.kind", "divergence-tv", "off-policy.kind", "none");
    }

    @Test
    void aBeliefWeighsWhatIsBetterOrWorseThanItsGroup() {
        for (String estimator : new String[] {"positive-reward", "mixed-reward"}) {
            assertRefused(
                    "better or worse than its group", "advantage.belief", "soft", "advantage.estimator", estimator);
        }
        assertAllowed("advantage.belief", "hard", "trust-region.level", "sequence");
    }

    @Test
    void aHiddenRewardNeedsRightAgainstWrongAndTokensOfTheirOwn() {
        assertRefused("do not", "advantage.estimator", "mixed-reward", "advantage.hidden-reward", "negative");
        assertRefused(
                "advantages of their own",
                "trust-region.level",
                "sequence",
                "aggregation.kind",
                "sequence-mean-token-mean",
                "advantage.hidden-reward",
                "signed");
        assertRefused("must be a number > 0", "advantage.hidden-reward-threshold", 0);
        assertRefused("must be in [-1, 1]", "advantage.hidden-reward-preference", 1.5);
        assertAllowed("advantage.hidden-reward", "negative", "advantage.belief", "soft");
    }

    @Test
    void aPrefixTreeSaysNothingOfTokensWithoutAnAdvantage() {
        assertRefused("says nothing about", "advantage.estimator", "prefix-tree");
        assertRefused("says nothing about", "advantage.estimator", "prefix-tree", "selection.kind", "sampled");
    }

    @Test
    void groupsThatAreRightThroughoutAreNotThrownAwayWhereTheyAreLearnedFrom() {
        assertRefused("learns", "advantage.estimator", "positive-reward", "dynamic-sampling.rounds", 4);
        assertAllowed("advantage.estimator", "mixed-reward", "dynamic-sampling.rounds", 4);
    }

    @Test
    void aMaskNeedsABoundAndTheBoundsAnOrder() {
        assertRefused("needs a bound", "off-policy.beyond", "mask", "off-policy.cap", null);
        assertRefused("<= off-policy.cap = 2.0", "off-policy.beyond", "mask", "off-policy.floor", 3);
        assertRefused("there is no off-policy weight", "off-policy.kind", "none", "off-policy.beyond", "mask");
        assertRefused("there is no off-policy weight", "off-policy.kind", "none", "off-policy.level", "sequence");
        assertAllowed("off-policy.beyond", "mask", "off-policy.cap", null, "off-policy.floor", 0.5);
    }

    @Test
    void aBoundNeedsTheRegionThatItBelongsTo() {
        assertRefused(
                "is a part of clip and flipped-clip",
                "trust-region.kind",
                "clipped-weight",
                "trust-region.dual-clip",
                3);
        assertRefused("is a part of the divergences", "trust-region.kind", "clip", "trust-region.ratio-cap", 3);
        assertAllowed("trust-region.kind", "flipped-clip", "trust-region.dual-clip", 3);
    }

    @Test
    void theLinearWeightHasNeitherMirrorNorNegativeValues() {
        assertRefused("must be <= 1", "weight.form", "linear", "weight.alpha", 1.5);
        assertRefused(
                "mirrors the sigmoid forms", "weight.form", "linear", "weight.alpha", 0.3, "weight.reversed", true);
        assertRefused("there is no weight", "weight.form", "none", "weight.side", "negative");
    }

    @Test
    void thePenaltyForLengthHasACacheWithinTheLength() {
        assertRefused(
                "must be in 1..advantage.overlong-length = 10",
                "advantage.overlong-length",
                10,
                "advantage.overlong-cache",
                11);
        assertRefused("must be in 1..", "advantage.overlong-length", 10, "advantage.overlong-cache", 0);
        assertAllowed("advantage.overlong-length", 10, "advantage.overlong-cache", 10);
    }

    @Test
    void aRandomChoiceMustChooseSomething() {
        assertRefused("no token at all", "selection.kind", "sampled", "selection.probability", 0, "selection.head", 0);
        assertAllowed("selection.kind", "sampled", "selection.probability", 0, "selection.head", 4);
    }

    private static void assertRefused(String reason, @Nullable Object... keysAndValues) {
        assertThatThrownBy(() -> ObjectivePresets.named("grpo").with(changes(keysAndValues)))
                .isInstanceOf(ObjectiveSettingsException.class)
                .hasMessageStartingWith("objective.")
                .hasMessageContaining(reason);
    }

    private static void assertAllowed(@Nullable Object... keysAndValues) {
        assertThat(ObjectivePresets.named("grpo").with(changes(keysAndValues)).asMap())
                .containsAllEntriesOf(normalised(keysAndValues));
    }

    private static java.util.Map<String, @Nullable Object> normalised(@Nullable Object... keysAndValues) {
        var expected = new java.util.LinkedHashMap<>(changes(keysAndValues));
        expected.replaceAll((key, value) -> value instanceof Integer whole
                        && (key.startsWith("trust-region") || key.equals("selection.probability"))
                ? Double.valueOf(whole)
                : value);
        return expected;
    }
}
