package io.troupe.learner;

import ai.djl.ndarray.NDManager;
import io.troupe.learner.BatchScores.TopTokens;
import io.troupe.learner.MicroBatcher.MicroBatch;
import io.troupe.learner.TrainingBatch.Item;
import io.troupe.policy.Decoder;
import io.troupe.policy.NextTokens;
import io.troupe.policy.PackedRows;
import io.troupe.policy.ScoringMemory;
import io.troupe.policy.Weights;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a batch through a policy, micro-batch by micro-batch: token by token, or by masked copies if the policy is a masked diffusion model. Not thread-safe.
 *
 * @param bound how likelihoods are estimated; null if they are known
 */
record BatchScorer(
        Decoder decoder,
        MicroBatcher batcher,
        NDManager manager,
        @Nullable BoundBatcher bound) {

    /**
     * Packs items; the micro-batches' sequences are their places in the list.
     *
     * @param seed of the masks, if any
     */
    List<MicroBatch> pack(List<Item> items, long seed) {
        return bound == null ? batcher.pack(items.stream().map(Item::sequence).toList()) : bound.pack(items, seed);
    }

    /** A pass whose gradients can be sent back, once. */
    Pass record(NDManager scope, Weights weights, MicroBatch micro, double temperature, ScoringMemory memory) {
        Pass pass = Pass.of(decoder.record(scope, weights, micro.rows(), temperature, memory));
        return micro.fold() == null ? pass : pass.folded(micro.fold());
    }

    /**
     * Log-probabilities of every token of every item under given weights, without gradients.
     *
     * @param seed of the masks, if any
     * @return {@code [items][tokens]}
     */
    double[][] score(TrainingBatch batch, Weights under, long seed) {
        var scores = new double[batch.items().size()][];
        for (MicroBatch micro : pack(batch.items(), seed)) {
            try (NDManager scope = manager.newSubManager()) {
                PackedRows rows = micro.rows();
                float[] scored = decoder.score(scope, under, rows, batch.temperature(), false)
                        .toFloatArray();
                float[] values = micro.fold() == null ? scored : micro.fold().gathered(scored);
                int offset = 0;
                for (int sequence : micro.sequences()) {
                    int length = batch.items().get(sequence).behaviour().length;
                    scores[sequence] = new double[length];
                    for (int t = 0; t < length; t++) {
                        scores[sequence][t] = values[offset + t];
                    }
                    offset += length;
                }
            }
        }
        return scores;
    }

    /**
     * The most likely tokens at the place of each.
     *
     * @param k how many
     */
    List<TopTokens> likeliest(TrainingBatch batch, Weights weights, int k) {
        var found = new TopTokens[batch.items().size()];
        for (MicroBatch micro : pack(batch.items(), 0)) {
            try (NDManager scope = manager.newSubManager()) {
                NextTokens.Likeliest top = decoder.nextTokens(scope, weights, micro.rows(), batch.temperature())
                        .likeliest(k);
                int offset = 0;
                for (int sequence : micro.sequences()) {
                    int until = offset + batch.items().get(sequence).behaviour().length;
                    var scores = new double[until - offset][k];
                    for (int i = 0; i < scores.length * k; i++) {
                        scores[i / k][i % k] = top.logProbabilities()[offset * k + i];
                    }
                    found[sequence] = new TopTokens(Arrays.copyOfRange(top.tokens(), offset * k, until * k), scores);
                    offset = until;
                }
            }
        }
        return List.of(found);
    }
}
