package io.troupe.learner.objective;

import io.troupe.learner.objective.ObjectiveSettings.Placement;
import io.troupe.learner.objective.ObjectiveSettings.Probability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** An objective in words, for those who read a result. */
final class SettingWords {

    private SettingWords() {}

    static String describe(ObjectiveSettings settings) {
        String title = ObjectivePresets.card(settings.name()).title();
        var remarks = new ArrayList<String>();
        var weight = settings.weight();
        boolean ownWeight = !settings.name().equals("tr-grpo")
                && weight.form()
                        == ObjectivePresets.named(settings.name()).weight().form();
        boolean weighted = weight.form() != WeightForm.NONE && !ownWeight;
        if (weighted) {
            String form = "form " + weight.form().letter() + ", " + SettingKeys.word(weight.placement());
            remarks.add(weight.form().isReconstructed() ? "reconstructed: " + form : form);
            if (weight.reversed()) {
                remarks.add("weights reversed by our own formula");
            }
        }
        var changed = changes(settings);
        if (weighted) {
            // said already
            changed.removeIf(change -> change.startsWith("weight.form ")
                    || change.startsWith("weight.placement ")
                    || change.startsWith("weight.reversed "));
        }
        if (weighted && !settings.name().startsWith("tr-")) {
            title = title + " with a token weight";
        }
        if (!changed.isEmpty()) {
            remarks.add("changed: " + String.join(", ", changed));
        }
        return remarks.isEmpty() ? title : title + " (" + String.join("; ", remarks) + ")";
    }

    private static List<String> changes(ObjectiveSettings settings) {
        var preset = ObjectivePresets.named(settings.name()).asMap();
        var changes = new ArrayList<String>();
        settings.asMap().forEach((key, value) -> {
            if (!Objects.equals(value, preset.get(key))) {
                changes.add(key + " = " + value);
            }
        });
        return changes;
    }

    static List<String> warnings(ObjectiveSettings settings) {
        var warnings = new ArrayList<String>();
        var weight = settings.weight();
        if (weight.form() != WeightForm.NONE) {
            TokenWeight curve = TokenWeight.of(weight);
            double least = Math.min(curve.at(Double.NEGATIVE_INFINITY), curve.at(0));
            double most = Math.max(curve.at(Double.NEGATIVE_INFINITY), curve.at(0));
            if (least == most) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "form %s with these constants weighs every token %.4g: the token weight has no effect on which tokens count",
                        weight.form().letter(),
                        most));
            } else if (weight.placement() == Placement.INSIDE
                    && most > 1 + settings.trustRegion().clipHigh()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "weight.placement = inside with weights up to %.4g > 1 + trust-region.clip-high = %.4g: tokens of good answers that weigh"
                                + " more than that get no gradient, from the first step on",
                        most,
                        1 + settings.trustRegion().clipHigh()));
            }
        }
        if (weight.form() == WeightForm.NONE && weight.probability() != Probability.CURRENT) {
            warnings.add("weight.probability has no effect: weight.form = none");
        }
        return List.copyOf(warnings);
    }
}
