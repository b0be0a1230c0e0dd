package io.troupe.learner.objective;

import static io.troupe.learner.objective.ObjectiveSettings.require;
import static io.troupe.learner.objective.SettingKeys.word;

import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.advantage.AdvantageSettings.Estimator;
import io.troupe.learner.objective.ObjectiveSettings.DynamicSampling;
import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;
import io.troupe.learner.objective.ObjectiveSettings.Weight;
import java.util.EnumSet;
import java.util.Set;

/** Which choices cannot stand beside each other, and why. */
final class Combinations {

    /** Estimators whose sign says whether a trajectory is better or worse than its group. */
    private static final Set<Estimator> RELATIVE =
            EnumSet.of(Estimator.GRPO, Estimator.DR_GRPO, Estimator.LEAVE_ONE_OUT);

    private Combinations() {}

    static void check(
            AdvantageSettings advantage,
            Weight weight,
            TrustRegion region,
            OffPolicy offPolicy,
            Regulariser regulariser,
            Selection selection,
            DynamicSampling sampling) {
        checkAdvantage(advantage, selection, sampling);
        checkWeight(weight, region, regulariser);
        checkRatio(advantage, region, offPolicy);
        if (region.level() == TrustRegion.Level.SEQUENCE) {
            require(
                    selection.kind() == Selection.Kind.ALL,
                    "selection.kind",
                    word(selection.kind()),
                    "picks single tokens, but trust-region.level = sequence gives all tokens of a trajectory one ratio; use all");
        }
        if (regulariser.klForm() == KlForm.SEQUENCE_K2) {
            require(
                    selection.kind() == Selection.Kind.ALL,
                    "regulariser.kl-form",
                    "sequence-k2",
                    "is the distance of a whole trajectory, but selection.kind = " + word(selection.kind())
                            + " picks single tokens; use k2 or k3");
        }
    }

    private static void checkAdvantage(AdvantageSettings advantage, Selection selection, DynamicSampling sampling) {
        Estimator estimator = advantage.estimator();
        var belief = advantage.belief();
        require(
                belief.kind() == AdvantageSettings.BeliefKind.NONE || RELATIVE.contains(estimator),
                "advantage.belief",
                word(belief.kind()),
                "weighs what is better or worse than its group, but the advantages of advantage.estimator = "
                        + word(estimator) + " do not say so; use grpo, dr-grpo or leave-one-out, or belief = none");
        require(
                belief.rate() > 0 && Double.isFinite(belief.rate()),
                "advantage.belief-rate",
                belief.rate(),
                "must be a number > 0");
        require(belief.window() >= 2, "advantage.belief-window", belief.window(), "must be >= 2 batches");
        require(
                belief.scale() > 0 && Double.isFinite(belief.scale()),
                "advantage.belief-scale",
                belief.scale(),
                "must be a number > 0");
        checkHiddenReward(advantage);
        var overlong = advantage.overlong();
        require(
                overlong.length() == null || overlong.length() >= 1,
                "advantage.overlong-length",
                overlong.length(),
                "must be a number of tokens >= 1, or null for no penalty");
        require(
                (overlong.length() == null) == (overlong.cache() == null),
                "advantage.overlong-cache",
                overlong.cache(),
                "and advantage.overlong-length = " + overlong.length() + " go together: set both, or both to null");
        Integer cache = overlong.cache();
        Integer length = overlong.length();
        require(
                cache == null || length == null || (cache >= 1 && cache <= length),
                "advantage.overlong-cache",
                cache,
                "must be in 1..advantage.overlong-length = " + length);
        require(
                estimator != Estimator.PREFIX_TREE || selection.kind() == Selection.Kind.WITH_ADVANTAGE,
                "selection.kind",
                word(selection.kind()),
                "would spread the penalty over tokens that advantage.estimator = prefix-tree says nothing about; use with-advantage");
        require(
                sampling.rounds() == 1 || estimator != Estimator.POSITIVE_REWARD,
                "dynamic-sampling.rounds",
                sampling.rounds(),
                "would discard groups that are right throughout, from which advantage.estimator = positive-reward learns; use 1");
    }

    private static void checkHiddenReward(AdvantageSettings advantage) {
        var hidden = advantage.hiddenReward();
        require(
                !hidden.isGiven() || RELATIVE.contains(advantage.estimator()),
                "advantage.hidden-reward",
                word(hidden.kind()),
                "weighs tokens of right answers against those of wrong ones, but the advantages of advantage.estimator = "
                        + word(advantage.estimator())
                        + " do not; use grpo, dr-grpo or leave-one-out, or hidden-reward = none");
        require(
                hidden.threshold() > 0 && Double.isFinite(hidden.threshold()),
                "advantage.hidden-reward-threshold",
                hidden.threshold(),
                "must be a number > 0");
        require(
                hidden.preference() >= -1 && hidden.preference() <= 1,
                "advantage.hidden-reward-preference",
                hidden.preference(),
                "must be in [-1, 1], or advantages change their sign");
    }

    private static void checkWeight(Weight weight, TrustRegion region, Regulariser regulariser) {
        if (weight.placement() == Placement.INSIDE) {
            require(
                    region.kind() == TrustRegion.Kind.CLIP,
                    "weight.placement",
                    "inside",
                    "puts the weight inside the clip, but trust-region.kind = " + word(region.kind())
                            + "; use outside");
            require(
                    region.level() == TrustRegion.Level.TOKEN,
                    "weight.placement",
                    "inside",
                    "multiplies a token's own ratio, but trust-region.level = sequence; use outside");
        }
        if (regulariser.klForm() == KlForm.WEIGHTED_K3) {
            require(
                    weight.form() != WeightForm.NONE,
                    "regulariser.kl-form",
                    "weighted-k3",
                    "needs a token weight, but weight.form = none; use k3");
            require(
                    weight.lower() > 0,
                    "weight.lower",
                    weight.lower(),
                    "must be > 0 with regulariser.kl-form = weighted-k3, which takes its logarithm");
        }
    }

    private static void checkRatio(AdvantageSettings advantage, TrustRegion region, OffPolicy offPolicy) {
        require(
                region.level() == TrustRegion.Level.TOKEN || advantage.estimator() != Estimator.PREFIX_TREE,
                "trust-region.level",
                "sequence",
                "gives a trajectory one ratio, but advantage.estimator = prefix-tree gives its tokens advantages of their own; use token");
        require(
                region.level() == TrustRegion.Level.TOKEN
                        || !advantage.hiddenReward().isGiven(),
                "trust-region.level",
                "sequence",
                "gives a trajectory one ratio, but advantage.hidden-reward = "
                        + word(advantage.hiddenReward().kind())
                        + " gives its tokens advantages of their own; use token");
        require(
                !region.kind().measuresDivergence() || offPolicy.kind() == OffPolicy.Kind.NONE,
                "off-policy.kind",
                word(offPolicy.kind()),
                "corrects for the policy that sampled, to which trust-region.kind = " + word(region.kind())
                        + " takes its ratio already; use none");
    }
}
