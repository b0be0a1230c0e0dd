package io.troupe.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In what a decoder differs from Llama's: the families are choices of the same parts. Immutable.
 *
 * @param attentionBias whether the query, key and value projections have biases
 * @param outputBias whether the attention's output projection has one
 * @param queryKeyNorm whether queries and keys are RMS-normalised, head by head, before the rotation
 * @param sandwichNorms whether the outputs of attention and feed-forward are RMS-normalised too, before they join the residual stream
 * @param centredNorms whether a norm multiplies by 1 + weight instead of weight
 * @param activation of the gated feed-forward layer
 * @param embeddingScale multiplies the embedding
 * @param attentionScale multiplies the scores before the softmax
 * @param slidingWindow how many tokens back, itself included, a sliding layer sees; null without such layers
 * @param slidingLayers for each layer whether it slides; empty if none does
 * @param rope the rotary positions of the layers that see everything
 * @param slidingRope those of the sliding layers
 */
public record Architecture(
        boolean attentionBias,
        boolean outputBias,
        boolean queryKeyNorm,
        boolean sandwichNorms,
        boolean centredNorms,
        Activation activation,
        double embeddingScale,
        double attentionScale,
        @Nullable Integer slidingWindow,
        List<Boolean> slidingLayers,
        Rope rope,
        Rope slidingRope) {

    /** What the feed-forward layer's gate goes through. */
    public enum Activation {
        /** x · σ(x). */
        SILU,
        /** The tanh approximation of x · Φ(x). */
        GELU_TANH
    }

    public Architecture {
        slidingLayers = List.copyOf(slidingLayers);
        if (slidingWindow != null && slidingWindow < 1) {
            throw new IllegalArgumentException("sliding_window cannot be " + slidingWindow);
        }
        if (slidingLayers.contains(true) && slidingWindow == null) {
            throw new IllegalArgumentException("layers that slide need a sliding_window");
        }
    }

    /** Llama's. */
    public static Architecture llama(int headSize, Rope rope) {
        return new Architecture(
                false,
                false,
                false,
                false,
                false,
                Activation.SILU,
                1,
                1 / Math.sqrt(headSize),
                null,
                List.of(),
                rope,
                rope);
    }

    /** Whether a layer sees only the sliding window. */
    public boolean slides(int layer) {
        return !slidingLayers.isEmpty() && slidingLayers.get(layer);
    }

    /** Whether any layer slides. */
    public boolean anySlides() {
        return slidingLayers.contains(true);
    }

    /** Whether every layer slides. */
    public boolean allSlide() {
        return anySlides() && !slidingLayers.contains(false);
    }
}
