package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;
import static io.troupe.learner.objective.SettingKeys.word;

import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.advantage.AdvantageSettings.BeliefKind;
import io.troupe.learner.critic.CriticSettings;
import io.troupe.learner.objective.ObjectiveSettings.DynamicSampling;
import io.troupe.learner.objective.ObjectiveSettings.Reference;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;
import io.troupe.learner.objective.ObjectiveSettings.Weight;

/** Which choices cannot stand beside a critic, and why. */
final class CriticCombinations {

    private static final String KIND = "critic.kind";

    private CriticCombinations() {}

    static void check(
            CriticSettings critic,
            AdvantageSettings advantage,
            Weight weight,
            TrustRegion region,
            OffPolicy offPolicy,
            Regulariser regulariser,
            Selection selection,
            DynamicSampling sampling) {
        checkNumbers(critic);
        boolean soft = region.kind() == TrustRegion.Kind.SOFT_VALUE;
        require(
                !soft || critic.isGiven(),
                KIND,
                word(critic.kind()),
                "says of no token what it is worth, which trust-region.kind = soft-value is made of; use token");
        require(
                soft || !critic.isGiven(),
                KIND,
                word(critic.kind()),
                "says what tokens are worth, but trust-region.kind = " + word(region.kind())
                        + " goes by advantages; use trust-region.kind = soft-value, or critic.kind = none");
        if (soft) {
            checkSoftValue(advantage, weight, offPolicy, regulariser, selection, sampling);
        }
    }

    private static void checkNumbers(CriticSettings critic) {
        require(critic.beta() >= 0 && Double.isFinite(critic.beta()), "critic.beta", critic.beta(), "must be >= 0");
        require(
                critic.discount() > 0 && critic.discount() <= 1,
                "critic.discount",
                critic.discount(),
                "must be in (0, 1]");
        require(critic.trace() >= 0 && critic.trace() <= 1, "critic.trace", critic.trace(), "must be in [0, 1]");
        require(
                critic.retention() >= 0 && critic.retention() < 1,
                "critic.retention",
                critic.retention(),
                "must be in [0, 1), or the target critic never learns");
        require(critic.huber() > 0, "critic.huber", critic.huber(), "must be a number > 0");
        require(
                critic.learningRate() > 0 && Double.isFinite(critic.learningRate()),
                "critic.learning-rate",
                critic.learningRate(),
                "must be a number > 0");
        require(critic.steps() >= 1, "critic.steps", critic.steps(), "must be >= 1");
    }

    private static void checkSoftValue(
            AdvantageSettings advantage,
            Weight weight,
            OffPolicy offPolicy,
            Regulariser regulariser,
            Selection selection,
            DynamicSampling sampling) {
        String because = ", but trust-region.kind = soft-value is an expectation over the whole vocabulary";
        require(
                offPolicy.kind() == OffPolicy.Kind.NONE,
                "off-policy.kind",
                word(offPolicy.kind()),
                "weighs the token that was sampled" + because + "; use none");
        require(
                weight.form() == WeightForm.NONE,
                "weight.form",
                word(weight.form()),
                "weighs the token that was sampled" + because + "; use none");
        require(
                selection.kind() == Selection.Kind.ALL,
                "selection.kind",
                word(selection.kind()),
                "goes by the token that was sampled" + because + "; use all");
        require(
                regulariser.reference() == Reference.INITIAL,
                "regulariser.reference",
                word(regulariser.reference()),
                "is what the critic sees the states through and what critic.beta pulls to; use initial");
        require(
                regulariser.klCoefficient() == 0,
                "regulariser.kl-coefficient",
                regulariser.klCoefficient(),
                "would count the divergence twice: critic.beta is its weight; use 0");
        require(
                advantage.belief().kind() == BeliefKind.NONE,
                "advantage.belief",
                word(advantage.belief().kind()),
                "weighs advantages, and trust-region.kind = soft-value has none; use none");
        require(
                !advantage.hiddenReward().isGiven(),
                "advantage.hidden-reward",
                word(advantage.hiddenReward().kind()),
                "weighs advantages, and trust-region.kind = soft-value has none; use none");
        require(
                sampling.rounds() == 1,
                "dynamic-sampling.rounds",
                sampling.rounds(),
                "would keep groups of equal rewards from the critic, which learns from every trajectory; use 1");
    }
}
