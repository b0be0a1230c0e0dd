package io.troupe.learner.objective;

import io.troupe.learner.advantage.AdvantageSettings;
import io.troupe.learner.advantage.AdvantageSettings.Deviation;
import io.troupe.learner.advantage.AdvantageSettings.Estimator;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The named algorithms: each is one row of choices, written as its differences from GRPO. A new algorithm is a new row, not a new class. What is known of each is
 * its {@link ObjectiveCard}; {@code docs/objectives.md} is made of them.
 */
public final class ObjectivePresets {

    private static final Map<String, ObjectiveRow> ROWS = table(
            GroupRows.TR_GRPO,
            GroupRows.GRPO,
            GroupRows.DR_GRPO,
            GroupRows.DAPO,
            GroupRows.RLOO,
            GroupRows.HA_DW,
            GroupRows.IGRPO,
            TokenRows.ADVANTAGE_REWEIGHTING,
            TokenRows.ADVANTAGE_REWEIGHTING_SIGMOID,
            TokenRows.LOPTI,
            TokenRows.AR_LOPTI,
            TokenRows.S_GRPO,
            TokenRows.T_SPMO,
            TokenRows.NTHR,
            TokenRows.THR,
            RatioRows.GSPO,
            RatioRows.ESPO_SEQUENCE,
            BoundRows.ESPO,
            RatioRows.CISPO,
            RatioRows.ASPO,
            RatioRows.DPPO_TV,
            RatioRows.DPPO_KL,
            RatioRows.DPPO_TOP_K_TV,
            RatioRows.DPPO_TOP_K_KL,
            OffPolicyRows.AREAL,
            OffPolicyRows.TIS,
            OffPolicyRows.TIS_SEQUENCE,
            OffPolicyRows.ICEPOP,
            OffPolicyRows.MIS,
            RejectionRows.RAFT,
            RejectionRows.RAFT_PLUS_PLUS,
            RejectionRows.REINFORCE_REJ,
            CriticRows.ETPO);

    private ObjectivePresets() {}

    /**
     * The names of the rows.
     *
     * @return in the order in which they are shown
     */
    public static List<String> names() {
        return List.copyOf(ROWS.keySet());
    }

    /**
     * What is known of the rows.
     *
     * @return in the order in which they are shown
     */
    public static List<ObjectiveCard> cards() {
        return ROWS.values().stream().map(ObjectiveRow::card).toList();
    }

    /**
     * What is known of the row of that name.
     *
     * @param name one of {@link #names()}
     * @return its card
     * @throws ObjectiveSettingsException if there is none of that name; the message lists the known ones
     */
    public static ObjectiveCard card(String name) {
        return row(name).card();
    }

    /**
     * The row of that name.
     *
     * @param name one of {@link #names()}
     * @return its settings
     * @throws ObjectiveSettingsException if there is none of that name; the message lists the known ones
     */
    public static ObjectiveSettings named(String name) {
        return grpo(name).with(row(name).changes());
    }

    static void requireKnown(String name) {
        row(name);
    }

    private static ObjectiveRow row(String name) {
        ObjectiveRow row = ROWS.get(name);
        if (row == null) {
            throw new ObjectiveSettingsException(
                    "name",
                    name,
                    "there is no objective of that name; the known ones are " + String.join(", ", ROWS.keySet()));
        }
        return row;
    }

    /** The choices of GRPO under a row's name. */
    private static ObjectiveSettings grpo(String name) {
        return new ObjectiveSettings(
                name,
                new AdvantageSettings(Estimator.GRPO, Deviation.SAMPLE, 1e-6),
                new Weight(
                        WeightForm.NONE,
                        2.0,
                        9.0,
                        0.25,
                        1.0,
                        1.4,
                        false,
                        Placement.OUTSIDE,
                        Probability.CURRENT,
                        Side.ALL),
                new TrustRegion(TrustRegion.Kind.CLIP, 0.2, 0.2, null),
                new OffPolicy(OffPolicy.Kind.DECOUPLED, 2.0),
                new Regulariser(0, KlForm.K3, Reference.NONE, 0),
                Selection.ALL,
                new Drafts(0, Drafts.PROMPT),
                CriticSettings.NONE,
                Likelihood.OF_TOKENS,
                new DynamicSampling(1),
                new Aggregation(AggregationKind.TOKEN_MEAN, null));
    }

    private static Map<String, ObjectiveRow> table(ObjectiveRow... rows) {
        var table = new LinkedHashMap<String, ObjectiveRow>();
        for (ObjectiveRow row : rows) {
            table.put(row.card().name(), row);
        }
        return table;
    }
}
