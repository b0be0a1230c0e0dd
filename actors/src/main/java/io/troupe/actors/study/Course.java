package io.troupe.actors.study;

import java.util.Arrays;
import java.util.SortedMap;

/**
 * How the runs of a variant went, over its seeds. Nobody writes into the arrays.
 *
 * @param tasks the set of tasks
 * @param variant its name
 * @param seeds how many runs ended in order
 * @param failed how many failed
 * @param curves by name: {@code reward}, {@code success}, {@code grad_norm}, {@code entropy}, {@code clip_fraction}, {@code kl}, {@code staleness}, and {@code
 *     success:FAMILY}
 * @param gradientShares share of the gradient by decile of token probability, mean over updates and seeds; empty if there is none
 * @param tokenShares share of the tokens by the same deciles
 * @param tokensSampled mean over seeds
 * @param seconds mean wall time
 */
public record Course(
        String tasks,
        String variant,
        int seeds,
        int failed,
        SortedMap<String, Curve> curves,
        double[] gradientShares,
        double[] tokenShares,
        double tokensSampled,
        double seconds) {

    /**
     * A mean over seeds by update.
     *
     * @param step the updates
     * @param mean means over the seeds that have a number there
     * @param low the mean less a standard error
     * @param high the mean and a standard error
     */
    public record Curve(double[] step, double[] mean, double[] low, double[] high) {

        /** The mean over the updates, for tables; NaN without any. */
        public double average() {
            return Arrays.stream(mean).average().orElse(Double.NaN);
        }
    }
}
