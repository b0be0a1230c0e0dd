package io.troupe.learner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.policy.Decoder;
import io.troupe.policy.Policy;
import io.troupe.policy.RecordedScore;
import io.troupe.policy.ScoringMemory;
import io.troupe.policy.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * Computes a part of a batch's supervised gradient, on whichever thread calls: has a decoder of its own, and weights of its own or the main ones.
 *
 * <p>Not thread-safe, but two shards may run at once.
 */
final class GradientShard implements AutoCloseable {

    private final NDManager manager;
    private final Decoder decoder;
    private final Weights weights;
    private final boolean ownsWeights;
    private final MicroBatcher batcher;

    /** A shard that adds to the gradients of given weights. */
    GradientShard(Policy policy, Weights weights, NDManager parent, int microBatchTokens) {
        this(policy, weights, parent, microBatchTokens, false);
    }

    private GradientShard(Policy policy, Weights weights, NDManager parent, int microBatchTokens, boolean ownsWeights) {
        manager = parent.newSubManager();
        decoder = policy.newDecoder(manager, policy.config().maxPositions());
        this.weights = weights;
        this.ownsWeights = ownsWeights;
        batcher = new MicroBatcher(0, microBatchTokens);
    }

    /** A shard with its own copy of the weights. */
    static GradientShard copyOf(Policy policy, Weights weights, NDManager parent, int microBatchTokens) {
        return new GradientShard(policy, weights.copy(parent, true), parent, microBatchTokens, true);
    }

    Weights weights() {
        return weights;
    }

    int maxLength() {
        return decoder.maxLength();
    }

    /** The loss of these sequences as a part of the mean over {@code tokens}; adds its gradient to the weights'. */
    double backward(List<ScoredSequence> sequences, long tokens) {
        double loss = 0;
        for (MicroBatch micro : batcher.pack(sequences)) {
            try (NDManager scope = manager.newSubManager()) {
                RecordedScore scored = decoder.record(scope, weights, micro.rows(), 1, ScoringMemory.DEFAULT);
                int count = micro.rows().scored();
                double[] shares = shares(sequences, micro);
                loss += negativeSum(scored.values(), shares) / tokens;
                var vector = new float[2 * count];
                for (int i = 0; i < count; i++) {
                    vector[i] = -(float) shares[i] / tokens;
                }
                scored.backward(vector);
            }
        }
        return loss;
    }

    /** The loss alone. */
    double loss(List<ScoredSequence> sequences, long tokens) {
        double loss = 0;
        for (MicroBatch micro : batcher.pack(sequences)) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray scored = decoder.score(scope, weights, micro.rows(), 1, false);
                loss += negativeSum(scored.toFloatArray(), shares(sequences, micro)) / tokens;
            }
        }
        return loss;
    }

    @Override
    public void close() {
        decoder.close();
        if (ownsWeights) {
            weights.close();
        }
        manager.close();
    }

    /** What each score counts. */
    private static double[] shares(List<ScoredSequence> sequences, MicroBatch micro) {
        var shares = new double[micro.rows().scored()];
        int offset = 0;
        for (int sequence : micro.sequences()) {
            int until = offset + sequences.get(sequence).scoredTokens();
            Arrays.fill(shares, offset, until, sequences.get(sequence).weight());
            offset = until;
        }
        return shares;
    }

    private static double negativeSum(float[] values, double[] shares) {
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            sum -= shares[i] * values[i];
        }
        return sum;
    }
}
