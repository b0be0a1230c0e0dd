package io.troupe.policy;

/** How scaled-dot-product attention is computed. */
public enum Attention {
    /**
     * libtorch's fused kernel, in single precision. Its order of summation depends on the shape of the call, so that a token that is sampled from
     * the cache and the same token scored in a packed row may differ in the last digits of its log-probability.
     */
    FUSED,
    /**
     * Scores, softmax and weighted sum in double precision, rounded to single at the end: sampler and learner agree to the last digits. About three
     * times slower on a small policy.
     */
    EXACT
}
