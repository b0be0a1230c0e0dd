package io.troupe.actors.study;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was measured in a run update by update, each array {@code [updates]}. What was not a number is NaN. Nobody writes into the arrays.
 *
 * @param step the numbers of the updates, rising
 * @param reward mean reward of the batch
 * @param success share of the batch's trajectories that are correct
 * @param gradNorm norm of the gradient before clipping
 * @param entropy nats a token
 * @param clipFraction share of tokens whose gradient the trust region cut off
 * @param kl divergence from the sampling to the current policy, nats a token
 * @param staleness mean updates that the oldest token of a group lay behind
 * @param seconds wall time since the start of the run
 * @param tokensSampled since the start of the run
 * @param familySuccess success in training by family
 * @param gradientShareByDecile {@code [updates][10]}, see {@link io.troupe.learner.objective.GradientByDecile}
 * @param slopeShareByDecile {@code [updates][10]}
 * @param tokensByDecile {@code [updates][10]}
 */
public record CellSeries(
        long[] step,
        double[] reward,
        double[] success,
        double[] gradNorm,
        double[] entropy,
        double[] clipFraction,
        double[] kl,
        double[] staleness,
        double[] seconds,
        double[] tokensSampled,
        SortedMap<String, double[]> familySuccess,
        double[][] gradientShareByDecile,
        double[][] slopeShareByDecile,
        double[][] tokensByDecile) {

    /** Of no updates. */
    static final CellSeries NONE = new CellSeries(
            new long[0],
            new double[0],
            new double[0],
            new double[0],
            new double[0],
            new double[0],
            new double[0],
            new double[0],
            new double[0],
            new double[0],
            new TreeMap<>(),
            new double[0][],
            new double[0][],
            new double[0][]);
}
