package io.troupe.learner.objective;

/**
 * What the aggregation divides by: the counts of the whole batch of one optimiser step. A micro-batch is evaluated with the whole batch's normaliser;
 * then the losses and gradients of the micro-batches add up to those of the batch.
 *
 * @param tokens sampled tokens of the whole batch, also those that a mask rejects; at least 1
 * @param trajectories trajectories of the whole batch, also those without a token; at least 1
 */
public record Normalizer(long tokens, long trajectories) {
    public Normalizer {
        if (tokens < 1 || trajectories < 1) {
            throw new IllegalArgumentException(
                    "a batch to learn from has at least 1 token and 1 trajectory, but this has " + tokens
                            + " tokens and " + trajectories + " trajectories");
        }
    }

    /**
     * The normaliser of a batch that is evaluated whole.
     *
     * @param batch the whole batch
     * @return its counts
     */
    public static Normalizer of(TokenBatch batch) {
        return new Normalizer(batch.tokens(), batch.trajectories());
    }
}
