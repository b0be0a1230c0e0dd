package io.troupe.actors.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How far two lists of log-probabilities of the same tokens are apart, in nats.
 *
 * @param mean of the differences, first minus second: what a sum over many tokens drifts by
 * @param meanSize of the differences' sizes
 * @param percentile99 the size that 99 % of the differences do not exceed
 * @param greatest the greatest size
 * @param tokens how many were compared
 */
public record Drift(double mean, double meanSize, double percentile99, double greatest, int tokens) {

    static Drift between(double[] first, double[] second) {
        if (first.length != second.length || first.length == 0) {
            throw new IllegalArgumentException(
                    first.length + " and " + second.length + " log-probabilities cannot be compared");
        }
        var differences = new double[first.length];
        for (int i = 0; i < first.length; i++) {
            differences[i] = first[i] - second[i];
        }
        double[] sizes = DoubleStream.of(differences).map(Math::abs).sorted().toArray();
        int rank = (int) Math.ceil(0.99 * sizes.length) - 1;
        return new Drift(
                Arrays.stream(differences).average().orElseThrow(),
                Arrays.stream(sizes).average().orElseThrow(),
                sizes[rank],
                sizes[sizes.length - 1],
                sizes.length);
    }
}
