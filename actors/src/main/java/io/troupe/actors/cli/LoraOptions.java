package io.troupe.actors.cli;

import io.troupe.policy.LoraSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a verb that can train adapters instead of all weights. */
final class LoraOptions {

    @Option(
            names = "--lora-rank",
            defaultValue = "0",
            paramLabel = "R",
            description =
                    "Train low-rank adapters of this rank instead of all weights (default ${DEFAULT-VALUE}, all weights).")
    private int rank;

    @Option(
            names = "--lora-alpha",
            defaultValue = "16",
            paramLabel = "ALPHA",
            description = "What the adapters add is scaled by ALPHA / R (default ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(
            names = "--lora-targets",
            split = ",",
            paramLabel = "LAYER",
            defaultValue = "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj",
            description = "The linear layers that have adapters (default ${DEFAULT-VALUE}).")
    private List<String> targets = LoraSettings.LAYERS;

    @Option(names = "--rslora", description = "Scale by ALPHA / √R instead.")
    private boolean rslora;

    @Nullable
    LoraSettings adapters() {
        if (rank < 0) {
            throw new VerbException(ExitCode.USAGE, "--lora-rank " + rank + " — expected 0 or more");
        }
        try {
            return rank == 0 ? null : new LoraSettings(rank, alpha, targets, rslora);
        } catch (IllegalArgumentException e) {
            throw new VerbException(ExitCode.USAGE, "--lora-…: " + e.getMessage(), e);
        }
    }
}
