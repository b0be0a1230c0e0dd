package io.troupe.actors.study;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Bootstrap confidence intervals of a mean: bias-corrected and accelerated (BCa). The same seed and values give the same interval. Immutable, safe for any
 * thread.
 *
 * <p>Source: Efron, "Better bootstrap confidence intervals", Journal of the American Statistical Association 82 (1987); the acceleration is the jackknife's.
 *
 * @param seed the seed of the resampling
 * @param resamples how many resamples
 */
public record Bootstrap(long seed, int resamples) {

    private static final double LEVEL = 0.95;
    private static final NormalDistribution NORMAL = new NormalDistribution();

    /** The study's: 10,000 resamples. */
    public static final Bootstrap OF_STUDIES = new Bootstrap(20_251_100_066L, 10_000);

    /** The two ends of an interval. */
    record Interval(double low, double high) {}

    /** The 95 % interval of the mean of these values; the values themselves if they are all equal. */
    Interval ofMean(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double[] means = resampledMeans(values);
        if (Arrays.stream(values).distinct().count() == 1) {
            return new Interval(values[0], values[0]);
        }
        double below = Arrays.stream(means)
                .map(each -> each < mean ? 1 : each == mean ? 0.5 : 0)
                .sum();
        double bias = NORMAL.inverseCumulativeProbability(Math.min(Math.max(below, 0.5), resamples - 0.5) / resamples);
        double acceleration = acceleration(values);
        double tail = (1 - LEVEL) / 2;
        return new Interval(
                quantile(means, adjusted(tail, bias, acceleration)),
                quantile(means, adjusted(1 - tail, bias, acceleration)));
    }

    private double[] resampledMeans(double[] values) {
        var random = new SplittableRandom(seed);
        double[] means = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            double sum = 0;
            for (int j = 0; j < values.length; j++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        return means;
    }

    private static double adjusted(double probability, double bias, double acceleration) {
        double z = bias + NORMAL.inverseCumulativeProbability(probability);
        return NORMAL.cumulativeProbability(bias + z / (1 - acceleration * z));
    }

    /** Σ d³ / (6 (Σ d²)^1.5), d being how far the mean without a value lies below their mean. */
    private static double acceleration(double[] values) {
        int n = values.length;
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = 0;
        double cubes = 0;
        for (double value : values) {
            double d = (value - mean) / (n - 1);
            squares += d * d;
            cubes += d * d * d;
        }
        return cubes / (6 * Math.pow(squares, 1.5));
    }

    /** Linear between order statistics. */
    private static double quantile(double[] sorted, double probability) {
        double at = probability * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
