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
import java.util.List;

/** The named algorithms: each is one row of choices. A new algorithm is a new row here, not a new class. */
public final class ObjectivePresets {

    private static final List<String> NAMES = List.of("tr-grpo", "grpo", "dr-grpo");

    private static final AdvantageSettings NORMALIZED = new AdvantageSettings(Estimator.GRPO, Deviation.SAMPLE, 1e-6);
    private static final AdvantageSettings CENTRED = new AdvantageSettings(Estimator.DR_GRPO, Deviation.SAMPLE, 1e-6);

    private static final OffPolicy DECOUPLED = new OffPolicy(OffPolicyKind.DECOUPLED, 2.0);
    private static final Regulariser UNREGULARISED = new Regulariser(0, KlForm.K3, Reference.NONE, 0);
    private static final Aggregation TOKEN_MEAN = new Aggregation(AggregationKind.TOKEN_MEAN, null);

    // Dr. GRPO divides by the longest length possible: this is the default of rollout.max-trajectory-tokens.
    private static final Aggregation CONSTANT = new Aggregation(AggregationKind.CONSTANT_LENGTH, 384);

    private ObjectivePresets() {}

    /**
     * The names of the rows.
     *
     * @return in the order in which they are shown
     */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The row of that name.
     *
     * @param name one of {@link #names()}
     * @return its settings
     * @throws ObjectiveSettingsException if there is none of that name; the message lists the known ones
     */
    public static ObjectiveSettings named(String name) {
        return switch (name) {
            case "tr-grpo" ->
                new ObjectiveSettings(
                        name,
                        NORMALIZED,
                        weight(WeightForm.CENTRED_SLOPE),
                        clip(0.2, 0.24),
                        DECOUPLED,
                        UNREGULARISED,
                        TOKEN_MEAN);
            case "grpo" ->
                new ObjectiveSettings(
                        name,
                        NORMALIZED,
                        weight(WeightForm.NONE),
                        clip(0.2, 0.2),
                        DECOUPLED,
                        UNREGULARISED,
                        TOKEN_MEAN);
            case "dr-grpo" ->
                new ObjectiveSettings(
                        name, CENTRED, weight(WeightForm.NONE), clip(0.2, 0.2), DECOUPLED, UNREGULARISED, CONSTANT);
            default -> throw unknown(name);
        };
    }

    static void requireKnown(String name) {
        if (!NAMES.contains(name)) {
            throw unknown(name);
        }
    }

    /** The words by which people call a row. */
    static String title(String name) {
        return switch (name) {
            case "tr-grpo" -> "TR-GRPO";
            case "grpo" -> "GRPO";
            case "dr-grpo" -> "Dr. GRPO";
            default -> throw unknown(name);
        };
    }

    private static Weight weight(WeightForm form) {
        return new Weight(form, 2.0, 9.0, 0.25, 1.0, 1.4, false, Placement.OUTSIDE, Probability.CURRENT);
    }

    private static TrustRegion clip(double low, double high) {
        return new TrustRegion(TrustRegionKind.CLIP, low, high, null);
    }

    private static ObjectiveSettingsException unknown(String name) {
        return new ObjectiveSettingsException(
                "name", name, "there is no objective of that name; the known ones are " + String.join(", ", NAMES));
    }
}
