package io.troupe.actors.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private static final double[] TEN = {0.01, 0.02, -0.005, 0.03, 0.012, 0.04, 0.007, -0.001, 0.022, 0.018};

    @Test
    void theIntervalIsScipysBcaWithinTheNoiseOfResampling() {
        // scipy.stats.bootstrap(d, mean, n_resamples=20000, method="BCa"): 0.0074 to 0.0235
        var interval = Bootstrap.OF_STUDIES.ofMean(TEN);

        assertThat(interval.low()).isCloseTo(0.0074, within(3e-4));
        assertThat(interval.high()).isCloseTo(0.0235, within(3e-4));
    }

    @Test
    void askingAgainGivesTheSameIntervalAndAnotherSeedAnother() {
        var interval = new Bootstrap(1, 2_000).ofMean(TEN);

        assertThat(new Bootstrap(1, 2_000).ofMean(TEN.clone())).isEqualTo(interval);
        assertThat(new Bootstrap(2, 2_000).ofMean(TEN)).isNotEqualTo(interval);
    }

    @Test
    void equalValuesHaveAnIntervalWithoutWidth() {
        assertThat(Bootstrap.OF_STUDIES.ofMean(new double[] {0.5, 0.5, 0.5}))
                .isEqualTo(new Bootstrap.Interval(0.5, 0.5));
    }

    @Test
    void aSkewedSampleHasASkewedInterval() {
        double[] skewed = {0, 0, 0, 0, 0, 0, 0, 0, 0.1, 1};
        var interval = Bootstrap.OF_STUDIES.ofMean(skewed);

        assertThat(interval.high() - 0.11).isGreaterThan(1.5 * (0.11 - interval.low()));
    }

    @Test
    void moreThanFourInFiveIntervalsHoldTheTruth() {
        // ten seeds are few: such intervals are known to be somewhat short
        var random = new SplittableRandom(3);
        int held = 0;
        for (int i = 0; i < 200; i++) {
            double[] sample = new double[10];
            Arrays.setAll(sample, j -> random.nextGaussian());
            var interval = new Bootstrap(i, 500).ofMean(sample);
            held += interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
        }
        assertThat(held).isBetween(165, 198);
    }

    @Test
    void withTwoSeedsThereIsNoInterval() {
        var two = Estimate.of(new double[] {0.2, 0.4}, Bootstrap.OF_STUDIES);

        assertThat(two.mean()).isCloseTo(0.3, within(1e-12));
        assertThat(two.hasInterval()).isFalse();
        assertThat(Estimate.of(new double[] {0.2, 0.4, 0.3}, Bootstrap.OF_STUDIES)
                        .hasInterval())
                .isTrue();
    }
}
