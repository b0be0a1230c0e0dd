package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;
import static io.troupe.learner.objective.SettingKeys.word;

import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;
import io.troupe.learner.objective.ObjectiveSettings.Weight;

/** Which choices cannot stand beside an evidence lower bound, and why. */
final class BoundCombinations {

    private static final String BECAUSE =
            ", but likelihood.kind = evidence-bound says of a trajectory as a whole how likely it is, and of no token";

    private BoundCombinations() {}

    static void check(
            Likelihood likelihood, Weight weight, TrustRegion region, OffPolicy offPolicy, Regulariser regulariser) {
        if (!likelihood.isBound()) {
            return;
        }
        require(
                region.kind() == TrustRegion.Kind.CLIP || region.kind() == TrustRegion.Kind.NONE,
                "trust-region.kind",
                word(region.kind()),
                "goes by the probabilities of tokens" + BECAUSE + "; use clip or none");
        require(
                region.level() == TrustRegion.Level.SEQUENCE,
                "trust-region.level",
                word(region.level()),
                "takes the ratio of each token" + BECAUSE + "; use sequence");
        require(
                weight.form() == WeightForm.NONE,
                "weight.form",
                word(weight.form()),
                "weighs a token by its probability" + BECAUSE + "; use none");
        require(
                offPolicy.kind() == OffPolicy.Kind.NONE,
                "off-policy.kind",
                word(offPolicy.kind()),
                "weighs by how likely what was sampled was to the policy that sampled it, which nobody can say of a masked diffusion policy; use none");
        require(
                regulariser.klCoefficient() == 0 || regulariser.klForm() == KlForm.SEQUENCE_K2,
                "regulariser.kl-form",
                word(regulariser.klForm()),
                "is a distance of single tokens" + BECAUSE + "; use sequence-k2");
        require(
                regulariser.entropyCoefficient() == 0,
                "regulariser.entropy-coefficient",
                regulariser.entropyCoefficient(),
                "pays for the entropy of each token given those before it" + BECAUSE + "; use 0");
    }
}
