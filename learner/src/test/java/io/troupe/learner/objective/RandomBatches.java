package io.troupe.learner.objective;

import java.util.SplittableRandom;

/** Batches of a few trajectories with stale tokens. */
final class RandomBatches {

    private RandomBatches() {}

    static TokenBatch batch(long seed) {
        var random = new SplittableRandom(seed);
        int trajectories = 1 + random.nextInt(6);
        int[] offsets = new int[trajectories + 1];
        double[] advantages = new double[trajectories];
        for (int i = 0; i < trajectories; i++) {
            offsets[i + 1] = offsets[i] + 1 + random.nextInt(8);
            advantages[i] = 4 * random.nextDouble() - 2;
        }
        int tokens = offsets[trajectories];
        double[] current = new double[tokens];
        double[] proximal = new double[tokens];
        double[] behaviour = new double[tokens];
        double[] reference = new double[tokens];
        for (int t = 0; t < tokens; t++) {
            current[t] = -6 * random.nextDouble() * random.nextDouble();
            proximal[t] = current[t] + 0.6 * (random.nextDouble() - 0.5);
            behaviour[t] = proximal[t] + 1.5 * (random.nextDouble() - 0.5);
            reference[t] = current[t] + 2 * (random.nextDouble() - 0.5);
        }
        return TokenBatch.builder(offsets, advantages)
                .current(current)
                .proximal(proximal)
                .behaviour(behaviour)
                .reference(reference)
                .build();
    }
}
