package io.troupe.learner.objective;

import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import io.troupe.learner.advantage.AdvantageSettings.Estimator;
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
    private static final String AGGREGATION = "aggregation.kind";
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
        var trustRegion = settings.trustRegion();
        map.put(TRUST_REGION, word(trustRegion.kind()));
        map.put("trust-region.clip-low", trustRegion.clipLow());
        map.put("trust-region.clip-high", trustRegion.clipHigh());
        map.put(DUAL_CLIP, trustRegion.dualClip());
        map.put(OFF_POLICY, word(settings.offPolicy().kind()));
        map.put(CAP, settings.offPolicy().cap());
        var regulariser = settings.regulariser();
        map.put("regulariser.kl-coefficient", regulariser.klCoefficient());
        map.put(KL_FORM, word(regulariser.klForm()));
        map.put("regulariser.reference", word(regulariser.reference()));
        map.put("regulariser.entropy-coefficient", regulariser.entropyCoefficient());
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
            putUnlessGiven(map, changes, KL_FORM, word(KlForm.K3));
        }
        if (is(map, TRUST_REGION, TrustRegionKind.NONE)) {
            putUnlessGiven(map, changes, DUAL_CLIP, null);
        }
        if (is(map, OFF_POLICY, OffPolicyKind.NONE)) {
            putUnlessGiven(map, changes, CAP, null);
        }
        if (!is(map, AGGREGATION, AggregationKind.CONSTANT_LENGTH)) {
            putUnlessGiven(map, changes, CONSTANT_LENGTH, null);
        }
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
                new AdvantageSettings(
                        choice("advantage.estimator", Estimator.class),
                        choice("advantage.deviation", Deviation.class),
                        number("advantage.delta")),
                new Weight(
                        choice(FORM, WeightForm.class),
                        number("weight.alpha"),
                        number("weight.tau"),
                        number("weight.mu"),
                        number("weight.lower"),
                        number("weight.upper"),
                        flag(REVERSED),
                        choice(PLACEMENT, Placement.class),
                        choice("weight.probability", Probability.class)),
                new TrustRegion(
                        choice(TRUST_REGION, TrustRegionKind.class),
                        number("trust-region.clip-low"),
                        number("trust-region.clip-high"),
                        numberOrNull(DUAL_CLIP)),
                new OffPolicy(choice(OFF_POLICY, OffPolicyKind.class), numberOrNull(CAP)),
                new Regulariser(
                        number("regulariser.kl-coefficient"),
                        choice(KL_FORM, KlForm.class),
                        choice("regulariser.reference", Reference.class),
                        number("regulariser.entropy-coefficient")),
                new Aggregation(choice(AGGREGATION, AggregationKind.class), wholeOrNull(CONSTANT_LENGTH)));
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
