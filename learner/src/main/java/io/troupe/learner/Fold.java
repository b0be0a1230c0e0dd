package io.troupe.learner;

/**
 * From what is scored in masked copies of sequences to the sequences' own tokens: the log-probability of a token is the sum over the copies, each times its weight, so
 * that those of a trajectory sum up to an estimate of its evidence lower bound. Immutable but for its arrays, which are not to be changed.
 *
 * @param tokens how many tokens there are
 * @param places {@code [scored]} of which token a score is
 * @param weights {@code [scored]} what it counts
 */
record Fold(int tokens, int[] places, double[] weights) {

    /**
     * From scores to tokens.
     *
     * @param values {@code [2 * scored]} log-probabilities and entropies
     * @return {@code [2 * tokens]} weighted sums, and the means of the entropies, 0 where a token was never masked
     */
    float[] gathered(float[] values) {
        int scored = places.length;
        var sums = new double[2 * tokens];
        var times = new int[tokens];
        for (int i = 0; i < scored; i++) {
            sums[places[i]] += weights[i] * values[i];
            sums[tokens + places[i]] += values[scored + i];
            times[places[i]]++;
        }
        var gathered = new float[2 * tokens];
        for (int t = 0; t < tokens; t++) {
            gathered[t] = (float) sums[t];
            gathered[tokens + t] = (float) (sums[tokens + t] / Math.max(1, times[t]));
        }
        return gathered;
    }

    /**
     * From derivatives by tokens to those by scores.
     *
     * @param gradient {@code [2 * tokens]}, of which the second half is not looked at
     * @return {@code [2 * scored]}
     */
    float[] spread(float[] gradient) {
        var spread = new float[2 * places.length];
        for (int i = 0; i < places.length; i++) {
            spread[i] = (float) (weights[i] * gradient[places[i]]);
        }
        return spread;
    }
}
