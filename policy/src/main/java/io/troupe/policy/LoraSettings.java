package io.troupe.policy;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Low-rank adapters (Hu et al., arXiv 2106.09685): beside a frozen matrix W of chosen linear layers, two small ones that train, so that the layer computes
 * W·x + scale·B·A·x. Immutable.
 *
 * @param rank rows of A and columns of B
 * @param alpha the scale is alpha / rank
 * @param targets the layers that have adapters, of {@link #LAYERS}, in that order
 * @param rankStabilised the scale is alpha / √rank instead (Kalajdzievski, arXiv 2312.03732)
 */
public record LoraSettings(int rank, double alpha, List<String> targets, boolean rankStabilised) {

    /** The linear layers of a decoder's block, by the names that PEFT's {@code target_modules} has for them. */
    public static final List<String> LAYERS =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    /** Checks that adapters can be made so; puts the targets in order. */
    public LoraSettings {
        if (rank < 1) {
            throw new IllegalArgumentException("adapters have a rank of at least 1, not " + rank);
        }
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("alpha of adapters must be a number > 0, not " + alpha);
        }
        var unknown = new TreeSet<>(targets);
        LAYERS.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there is no linear layer '" + unknown.first()
                    + "' for an adapter; there are " + String.join(", ", LAYERS));
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException(
                    "adapters need at least one layer of " + String.join(", ", LAYERS) + " as their target");
        }
        List<String> given = targets;
        targets = LAYERS.stream().filter(given::contains).toList();
    }

    /** What B·A·x is multiplied with. */
    public double scale() {
        return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "rank %d, alpha %s%s, on %s",
                rank,
                alpha,
                rankStabilised ? " (rank-stabilised)" : "",
                String.join(", ", targets));
    }
}
