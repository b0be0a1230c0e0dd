package io.troupe.learner.objective;

import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.advantage.AdvantageSettings.Belief;
import io.troupe.learner.advantage.AdvantageSettings.BeliefKind;
import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import io.troupe.learner.advantage.AdvantageSettings.Estimator;
import io.troupe.learner.advantage.AdvantageSettings.HiddenReward;
import io.troupe.learner.advantage.AdvantageSettings.HiddenRewardKind;
import io.troupe.learner.advantage.AdvantageSettings.Overlong;
import io.troupe.learner.critic.CriticSettings;
import io.troupe.learner.objective.ObjectiveSettings.Aggregation;
import io.troupe.learner.objective.ObjectiveSettings.AggregationKind;
import io.troupe.learner.objective.ObjectiveSettings.Drafts;
import io.troupe.learner.objective.ObjectiveSettings.DynamicSampling;
import io.troupe.learner.objective.ObjectiveSettings.KlForm;
import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import io.troupe.learner.objective.ObjectiveSettings.Reference;
import io.troupe.learner.objective.ObjectiveSettings.Regulariser;
import io.troupe.learner.objective.ObjectiveSettings.Side;
import io.troupe.learner.objective.ObjectiveSettings.Weight;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings of an objective as configuration keys and plain values, both ways. */
final class SettingKeys {

    private static final String FORM = "weight.form";
    private static final String REVERSED = "weight.reversed";
    private static final String PLACEMENT = "weight.placement";
    private static final String TRUST_REGION = "trust-region.kind";
    private static final String DUAL_CLIP = "trust-region.dual-clip";
    private static final String OFF_POLICY = "off-policy.kind";
    private static final String CAP = "off-policy.cap";
    private static final String KL_FORM = "regulariser.kl-form";
    private static final String OVERLONG_LENGTH = "advantage.overlong-length";
    private static final String OVERLONG_CACHE = "advantage.overlong-cache";
    private static final String SIDE = "weight.side";
    private static final String LEVEL = "trust-region.level";
    private static final String RATIO_CAP = "trust-region.ratio-cap";
    private static final String OFF_POLICY_LEVEL = "off-policy.level";
    private static final String BEYOND = "off-policy.beyond";
    private static final String FLOOR = "off-policy.floor";
    private static final String AGGREGATION = "aggregation.kind";
    private static final String CRITIC = "critic.kind";
    private static final String LIKELIHOOD = "likelihood.kind";
    private static final String CONSTANT_LENGTH = "aggregation.constant-length";

    private final Map<String, @Nullable Object> values;

    private SettingKeys(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    static Map<String, @Nullable Object> toMap(ObjectiveSettings settings) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        var advantage = settings.advantage();
        map.put("advantage.estimator", word(advantage.estimator()));
        map.put("advantage.deviation", word(advantage.deviation()));
        map.put("advantage.delta", advantage.delta());
        map.put(OVERLONG_LENGTH, advantage.overlong().length());
        map.put(OVERLONG_CACHE, advantage.overlong().cache());
        map.put("advantage.belief", word(advantage.belief().kind()));
        map.put("advantage.belief-scale", advantage.belief().scale());
        map.put("advantage.belief-rate", advantage.belief().rate());
        map.put("advantage.belief-window", advantage.belief().window());
        map.put("advantage.hidden-reward", word(advantage.hiddenReward().kind()));
        map.put("advantage.hidden-reward-threshold", advantage.hiddenReward().threshold());
        map.put("advantage.hidden-reward-preference", advantage.hiddenReward().preference());
        var weight = settings.weight();
        map.put(FORM, word(weight.form()));
        map.put("weight.alpha", weight.alpha());
        map.put("weight.tau", weight.tau());
        map.put("weight.mu", weight.mu());
        map.put("weight.lower", weight.lower());
        map.put("weight.upper", weight.upper());
        map.put(REVERSED, weight.reversed());
        map.put(PLACEMENT, word(weight.placement()));
        map.put("weight.probability", word(weight.probability()));
        map.put(SIDE, word(weight.side()));
        var trustRegion = settings.trustRegion();
        map.put(TRUST_REGION, word(trustRegion.kind()));
        map.put(LEVEL, word(trustRegion.level()));
        map.put("trust-region.clip-low", trustRegion.clipLow());
        map.put("trust-region.clip-high", trustRegion.clipHigh());
        map.put(DUAL_CLIP, trustRegion.dualClip());
        map.put("trust-region.divergence-low", trustRegion.divergenceLow());
        map.put("trust-region.divergence-high", trustRegion.divergenceHigh());
        map.put(RATIO_CAP, trustRegion.ratioCap());
        map.put("trust-region.top-k", trustRegion.topK());
        map.put(OFF_POLICY, word(settings.offPolicy().kind()));
        map.put(OFF_POLICY_LEVEL, word(settings.offPolicy().level()));
        map.put(CAP, settings.offPolicy().cap());
        map.put(BEYOND, word(settings.offPolicy().beyond()));
        map.put(FLOOR, settings.offPolicy().floor());
        var regulariser = settings.regulariser();
        map.put("regulariser.kl-coefficient", regulariser.klCoefficient());
        map.put(KL_FORM, word(regulariser.klForm()));
        map.put("regulariser.reference", word(regulariser.reference()));
        map.put("regulariser.entropy-coefficient", regulariser.entropyCoefficient());
        var selection = settings.selection();
        map.put("selection.kind", word(selection.kind()));
        map.put("selection.threshold", selection.threshold());
        map.put("selection.first", word(selection.first()));
        map.put("selection.head", selection.head());
        map.put("selection.probability", selection.probability());
        map.put("selection.limit", selection.limit());
        map.put("drafts.count", settings.drafts().count());
        map.put("drafts.prompt", settings.drafts().prompt());
        var critic = settings.critic();
        map.put(CRITIC, word(critic.kind()));
        map.put("critic.beta", critic.beta());
        map.put("critic.discount", critic.discount());
        map.put("critic.trace", critic.trace());
        map.put("critic.retention", critic.retention());
        map.put("critic.huber", critic.huber());
        map.put("critic.learning-rate", critic.learningRate());
        map.put("critic.steps", critic.steps());
        map.put(LIKELIHOOD, word(settings.likelihood().kind()));
        map.put("likelihood.draws", settings.likelihood().draws());
        map.put("likelihood.coupled", settings.likelihood().coupled());
        map.put("dynamic-sampling.rounds", settings.dynamicSampling().rounds());
        map.put(AGGREGATION, word(settings.aggregation().kind()));
        map.put(CONSTANT_LENGTH, settings.aggregation().constantLength());
        return Collections.unmodifiableMap(map);
    }

    static ObjectiveSettings change(ObjectiveSettings settings, Map<String, ? extends @Nullable Object> changes) {
        var map = new LinkedHashMap<>(toMap(settings));
        changes.forEach((key, value) -> {
            if (!map.containsKey(key)) {
                throw new ObjectiveSettingsException(
                        key, value, "there is no such key; the known ones are " + String.join(", ", map.keySet()));
            }
            map.put(key, value);
        });
        neutralize(map, changes);
        return new SettingKeys(map).read(settings.name());
    }

    /** A part that is switched off takes along what only made sense with it, unless that was asked for as well. */
    private static void neutralize(Map<String, @Nullable Object> map, Map<String, ? extends @Nullable Object> changes) {
        if (is(map, FORM, WeightForm.NONE)) {
            putUnlessGiven(map, changes, REVERSED, false);
            putUnlessGiven(map, changes, PLACEMENT, word(Placement.OUTSIDE));
            putUnlessGiven(map, changes, KL_FORM, unweighted(map));
            putUnlessGiven(map, changes, SIDE, word(Side.ALL));
        }
        if (!is(map, TRUST_REGION, TrustRegion.Kind.CLIP) && !is(map, TRUST_REGION, TrustRegion.Kind.FLIPPED_CLIP)) {
            putUnlessGiven(map, changes, DUAL_CLIP, null);
        }
        if (Arrays.stream(TrustRegion.Kind.values())
                .noneMatch(kind -> kind.measuresDivergence() && is(map, TRUST_REGION, kind))) {
            putUnlessGiven(map, changes, RATIO_CAP, null);
        }
        if (is(map, OFF_POLICY, OffPolicy.Kind.NONE)) {
            putUnlessGiven(map, changes, CAP, null);
            putUnlessGiven(map, changes, OFF_POLICY_LEVEL, word(OffPolicy.Level.TOKEN));
            putUnlessGiven(map, changes, BEYOND, word(OffPolicy.Beyond.TRUNCATE));
        }
        if (is(map, BEYOND, OffPolicy.Beyond.TRUNCATE)) {
            putUnlessGiven(map, changes, FLOOR, null);
        }
        if (map.get(OVERLONG_LENGTH) == null) {
            putUnlessGiven(map, changes, OVERLONG_CACHE, null);
        }
        if (!is(map, AGGREGATION, AggregationKind.CONSTANT_LENGTH)) {
            putUnlessGiven(map, changes, CONSTANT_LENGTH, null);
        }
    }

    private static @Nullable Object unweighted(Map<String, @Nullable Object> map) {
        return is(map, KL_FORM, KlForm.WEIGHTED_K3) ? word(KlForm.K3) : map.get(KL_FORM);
    }

    private static boolean is(Map<String, @Nullable Object> map, String key, Enum<?> choice) {
        return Objects.equals(map.get(key), word(choice));
    }

    private static void putUnlessGiven(
            Map<String, @Nullable Object> map,
            Map<String, ? extends @Nullable Object> changes,
            String key,
            @Nullable Object value) {
        if (!changes.containsKey(key)) {
            map.put(key, value);
        }
    }

    private ObjectiveSettings read(String name) {
        return new ObjectiveSettings(
                name,
                advantage(),
                weight(),
                new TrustRegion(
                        choice(TRUST_REGION, TrustRegion.Kind.class),
                        choice(LEVEL, TrustRegion.Level.class),
                        number("trust-region.clip-low"),
                        number("trust-region.clip-high"),
                        numberOrNull(DUAL_CLIP),
                        number("trust-region.divergence-low"),
                        number("trust-region.divergence-high"),
                        numberOrNull(RATIO_CAP),
                        whole("trust-region.top-k")),
                new OffPolicy(
                        choice(OFF_POLICY, OffPolicy.Kind.class),
                        choice(OFF_POLICY_LEVEL, OffPolicy.Level.class),
                        choice(BEYOND, OffPolicy.Beyond.class),
                        numberOrNull(CAP),
                        numberOrNull(FLOOR)),
                new Regulariser(
                        number("regulariser.kl-coefficient"),
                        choice(KL_FORM, KlForm.class),
                        choice("regulariser.reference", Reference.class),
                        number("regulariser.entropy-coefficient")),
                new Selection(
                        choice("selection.kind", Selection.Kind.class),
                        number("selection.threshold"),
                        choice("selection.first", Selection.First.class),
                        whole("selection.head"),
                        number("selection.probability"),
                        wholeOrNull("selection.limit")),
                new Drafts(whole("drafts.count"), String.valueOf(values.get("drafts.prompt"))),
                critic(),
                new Likelihood(
                        choice(LIKELIHOOD, Likelihood.Kind.class),
                        whole("likelihood.draws"),
                        flag("likelihood.coupled")),
                new DynamicSampling(whole("dynamic-sampling.rounds")),
                new Aggregation(choice(AGGREGATION, AggregationKind.class), wholeOrNull(CONSTANT_LENGTH)));
    }

    private AdvantageSettings advantage() {
        return new AdvantageSettings(
                choice("advantage.estimator", Estimator.class),
                choice("advantage.deviation", Deviation.class),
                number("advantage.delta"),
                new Overlong(wholeOrNull(OVERLONG_LENGTH), wholeOrNull(OVERLONG_CACHE)),
                new Belief(
                        choice("advantage.belief", BeliefKind.class),
                        number("advantage.belief-scale"),
                        number("advantage.belief-rate"),
                        whole("advantage.belief-window")),
                new HiddenReward(
                        choice("advantage.hidden-reward", HiddenRewardKind.class),
                        number("advantage.hidden-reward-threshold"),
                        number("advantage.hidden-reward-preference")));
    }

    private Weight weight() {
        if ("raw-logit".equals(values.get(FORM))) {
            throw new ObjectiveSettingsException(
                    FORM,
                    "raw-logit",
                    "form F needs the logit of the token before normalisation, but rollouts record normalised log-probabilities,"
                            + " from which it cannot be told; use centred-slope or outer-slope");
        }
        return new Weight(
                choice(FORM, WeightForm.class),
                number("weight.alpha"),
                number("weight.tau"),
                number("weight.mu"),
                number("weight.lower"),
                number("weight.upper"),
                flag(REVERSED),
                choice(PLACEMENT, Placement.class),
                choice("weight.probability", Probability.class),
                choice(SIDE, Side.class));
    }

    private CriticSettings critic() {
        return new CriticSettings(
                choice(CRITIC, CriticSettings.Kind.class),
                number("critic.beta"),
                number("critic.discount"),
                number("critic.trace"),
                number("critic.retention"),
                number("critic.huber"),
                number("critic.learning-rate"),
                whole("critic.steps"));
    }

    private int whole(String key) {
        Integer number = wholeOrNull(key);
        if (number == null) {
            throw new ObjectiveSettingsException(key, null, "must be a whole number");
        }
        return number;
    }

    private double number(String key) {
        Double number = numberOrNull(key);
        if (number == null) {
            throw new ObjectiveSettingsException(key, null, "must be a number");
        }
        return number;
    }

    private @Nullable Double numberOrNull(String key) {
        Object value = values.get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.valueOf(value.toString());
        } catch (NumberFormatException e) {
            throw new ObjectiveSettingsException(key, value, "must be a number");
        }
    }

    private @Nullable Integer wholeOrNull(String key) {
        Double number = numberOrNull(key);
        if (number == null) {
            return null;
        }
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new ObjectiveSettingsException(key, values.get(key), "must be a whole number");
        }
        return number.intValue();
    }

    private boolean flag(String key) {
        String text = String.valueOf(values.get(key));
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new ObjectiveSettingsException(key, text, "must be true or false");
        };
    }

    private <E extends Enum<E>> E choice(String key, Class<E> type) {
        String text = String.valueOf(values.get(key));
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> word(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new ObjectiveSettingsException(
                        key,
                        text,
                        "must be one of "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(SettingKeys::word)
                                        .collect(Collectors.joining(", "))));
    }

    /** The word that stands for a choice in configuration files: its constant's name in kebab-case. */
    static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
