package io.troupe.policy;

/** A forward pass whose gradients can be sent back, once. Not thread-safe; what it keeps belongs to the manager that it was made with. */
public sealed interface RecordedScore permits WholeScore, PiecewiseScore {

    /** {@code [2 * scored]}: natural-log probabilities at the temperature, then entropies in nats. */
    float[] values();

    /**
     * Adds to the weights' gradients.
     *
     * @param vector {@code [2 * scored]}: d loss / d values
     */
    void backward(float[] vector);
}
