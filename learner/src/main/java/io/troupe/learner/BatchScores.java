package io.troupe.learner;

import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.TokenBatch;
import java.util.Arrays;
import java.util.List;

/**
 * Log-probabilities of a batch that stay the same over the steps of an update, each {@code [items][scored]}, or {@code [0][]} where they are not needed.
 *
 * @param proximal under the policy right before the update
 * @param reference under the reference policy
 * @param known whether the sampler's log-probabilities are what the policy that sampled gives the tokens; otherwise those of {@code proximal} stand for them
 * @param likeliest the most likely tokens at the place of each scored token, under the policy right before the update; empty where they are not needed
 */
record BatchScores(double[][] proximal, double[][] reference, boolean known, List<TopTokens> likeliest) {

    /**
     * Of one item.
     *
     * @param tokens {@code [scored * k]}
     * @param logProbabilities {@code [scored][k]}
     */
    record TopTokens(long[] tokens, double[][] logProbabilities) {}

    static final double[][] NONE = {};

    /**
     * Some items as the objective looks at them.
     *
     * @param items one after the other
     * @param places of these items in the batch
     * @param values {@code [2 * scored]}: log-probabilities under the weights that are being updated, then entropies
     */
    TokenBatch.Builder tokens(List<Item> items, int[] places, float[] values) {
        int count = values.length / 2;
        var offsets = new int[places.length + 1];
        var advantages = new double[count];
        var current = new double[count];
        var entropy = new double[count];
        var behaviour = new double[count];
        for (int i = 0; i < count; i++) {
            current[i] = values[i];
            entropy[i] = values[count + i];
        }
        for (int i = 0; i < places.length; i++) {
            Item item = items.get(places[i]);
            int length = item.behaviour().length;
            offsets[i + 1] = offsets[i] + length;
            System.arraycopy(item.advantages(), 0, advantages, offsets[i], length);
            System.arraycopy(item.behaviour(), 0, behaviour, offsets[i], length);
        }
        double[] before = proximal.length > 0 ? joined(proximal, places, count) : current;
        var builder = TokenBatch.builder(offsets)
                .tokenAdvantages(advantages)
                .current(current)
                .entropy(entropy)
                .behaviour(known ? behaviour : before)
                .proximal(before);
        return reference.length > 0 ? builder.reference(joined(reference, places, count)) : builder;
    }

    /** The most likely tokens of some items, {@code [scored * k]}. */
    long[] likeliestTokens(int[] places) {
        return Arrays.stream(places)
                .mapToObj(place -> likeliest.get(place).tokens())
                .flatMapToLong(Arrays::stream)
                .toArray();
    }

    /** Their log-probabilities before the update, {@code [scored][k]}. */
    double[][] likeliestBefore(int[] places) {
        return Arrays.stream(places)
                .mapToObj(place -> likeliest.get(place).logProbabilities())
                .flatMap(Arrays::stream)
                .toArray(double[][]::new);
    }

    static double[][] doubles(float[][] values) {
        return Arrays.stream(values).map(BatchScores::doubles).toArray(double[][]::new);
    }

    static double[] doubles(float[] values) {
        var doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static double[] joined(double[][] scores, int[] places, int count) {
        var joined = new double[count];
        int offset = 0;
        for (int place : places) {
            System.arraycopy(scores[place], 0, joined, offset, scores[place].length);
            offset += scores[place].length;
        }
        return joined;
    }
}
