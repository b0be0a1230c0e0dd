package io.troupe.policy;

/**
 * In which numbers a policy is held and computed.
 *
 * <p>Whatever it is, these stay in single precision: what trains with its gradients and the optimiser's moments, norms and biases, the residual stream, the
 * rotary tables, the matrix of the logits, the logits and log-probabilities.
 */
public enum Computation {
    /** Everything in single precision. */
    FLOAT32(Float.BYTES),
    /**
     * Matrices that do not train are held in bfloat16; those that train are rounded to it on their way into a product. Products, attention, and the cached
     * keys and values are in bfloat16.
     */
    BFLOAT16(Short.BYTES);

    private final int width;

    Computation(int width) {
        this.width = width;
    }

    /** Bytes of a number in a matrix that does not train, and in the cache of keys and values. */
    public int width() {
        return width;
    }
}
