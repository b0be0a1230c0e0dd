package io.troupe.policy;

/**
 * How a policy is computed, by whoever computes with it.
 *
 * @param numbers in which numbers
 * @param attention how attention is computed
 */
public record Arithmetic(Computation numbers, Attention attention) {

    /** Single precision, fused attention. */
    public static final Arithmetic SINGLE = new Arithmetic(Computation.FLOAT32, Attention.FUSED);

    /** Single precision, and exact attention. */
    public static final Arithmetic EXACT = new Arithmetic(Computation.FLOAT32, Attention.EXACT);

    boolean isBrain() {
        return numbers == Computation.BFLOAT16;
    }
}
