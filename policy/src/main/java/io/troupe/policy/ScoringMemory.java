package io.troupe.policy;

/**
 * What a recorded forward pass may keep in memory until its gradients are sent back.
 *
 * @param logits how many logits, scored tokens times vocabulary, may exist at once; more are computed in parts, and once more on the way back
 * @param checkpointing whether only the inputs of the layers are kept, and each layer is computed once more on the way back
 */
public record ScoringMemory(long logits, boolean checkpointing) {

    /** 64 million logits, a quarter of a gigabyte in single precision; layers keep what they need. */
    public static final ScoringMemory DEFAULT = new ScoringMemory(1L << 26, false);

    public ScoringMemory {
        if (logits < 1) {
            throw new IllegalArgumentException("logits must be >= 1, not " + logits);
        }
    }
}
