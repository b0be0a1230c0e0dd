package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.policy.LoraSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code train.lora}: whether adapters train instead of all weights, and what kind.
 *
 * @param rank of the adapters; 0 trains all weights
 * @param alpha the adapters' share is scaled by alpha / rank
 * @param targets the linear layers that have adapters
 * @param rslora scales by alpha / √rank instead
 */
public record LoraTraining(int rank, double alpha, List<String> targets, boolean rslora) {

    public LoraTraining {
        targets = List.copyOf(targets);
        require(rank >= 0, "rank", rank, "expected 0 (train all weights) or more");
        require(alpha > 0 && Double.isFinite(alpha), "alpha", alpha, "expected a number > 0");
        for (String target : targets) {
            require(
                    LoraSettings.LAYERS.contains(target),
                    "targets",
                    target,
                    "expected names of " + String.join(", ", LoraSettings.LAYERS));
        }
        require(!targets.isEmpty(), "targets", "[]", "expected some of " + String.join(", ", LoraSettings.LAYERS));
    }

    /** The adapters to train, or null to train all weights. */
    public @Nullable LoraSettings adapters() {
        return rank == 0 ? null : new LoraSettings(rank, alpha, targets, rslora);
    }
}
