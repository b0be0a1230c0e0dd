package io.troupe.actors.study;

import java.util.Arrays;

/**
 * A mean over seeds with its uncertainty. Immutable.
 *
 * @param mean the mean; NaN over no seeds
 * @param low the lower end of the 95 % confidence interval; NaN with fewer than {@value #FEWEST} seeds
 * @param high its upper end
 * @param seeds over how many seeds
 */
public record Estimate(double mean, double low, double high, int seeds) {

    /** With fewer there is no interval worth the name. */
    public static final int FEWEST = 3;

    /** Of these values, one a seed, with a bootstrap interval. */
    static Estimate of(double[] values, Bootstrap bootstrap) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        if (values.length < FEWEST) {
            return new Estimate(mean, Double.NaN, Double.NaN, values.length);
        }
        Bootstrap.Interval interval = bootstrap.ofMean(values);
        return new Estimate(mean, interval.low(), interval.high(), values.length);
    }

    /** Whether there were seeds enough for an interval. */
    public boolean hasInterval() {
        return Double.isFinite(low);
    }
}
