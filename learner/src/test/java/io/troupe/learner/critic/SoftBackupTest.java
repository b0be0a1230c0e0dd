package io.troupe.learner.critic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers worked out by hand: β = 0.1, γ = 0.9. */
class SoftBackupTest {

    private static final double[] VALUES = {0.5, 0.25, -1, 2};
    private static final double[] DIVERGENCES = {1, 2, 3, 4};
    /** Two turns of two tokens. */
    private static final boolean[] TURN_ENDS = {false, true, false, true};

    @Test
    void oneStepAheadIsTheValueOfTheNextStateAndTheRewardAtTheEnd() {
        assertThat(targets(0)).containsExactly(new double[] {0.25, 0.9 * -1, 2, 3}, within(1e-12));
    }

    @Test
    void toTheEndIsTheRewardLessTheDivergencesOnTheWay() {
        double last = 3;
        double third = last - 0.1 * 4;
        double second = 0.9 * (third - 0.1 * 3);
        double first = second - 0.1 * 2;
        assertThat(targets(1)).containsExactly(new double[] {first, second, third, last}, within(1e-12));
    }

    @Test
    void betweenThemIsAMixtureTokenByToken() {
        double third = 0.5 * 2 + 0.5 * (3 - 0.4);
        double second = 0.9 * (0.5 * -1 + 0.5 * (third - 0.3));
        double first = 0.5 * 0.25 + 0.5 * (second - 0.2);
        assertThat(targets(0.5)).containsExactly(new double[] {first, second, third, 3}, within(1e-12));
    }

    @Test
    void theEndOfTheEpisodeIsNotDiscountedAndOneTurnIsNotAtAll() {
        var backup = new SoftBackup(settings(1));
        assertThat(backup.targets(new double[3], new double[3], new boolean[] {false, false, true}, 1))
                .containsExactly(1, 1, 1);
    }

    /** The soft Bellman equation: where values are right, every λ has the same targets. */
    @Test
    void whereTheValuesAreRightTheTargetsAreTheSameHoweverFarTheyLook() {
        var random = new Random(1);
        int n = 6;
        var divergences = random.doubles(n).toArray();
        boolean[] ends = {false, false, true, false, true, true};
        double[] far = new SoftBackup(settings(1)).targets(new double[n], divergences, ends, 0.7);
        var values = new double[n];
        for (int t = 0; t < n; t++) {
            values[t] = far[t] - 0.1 * divergences[t];
        }
        for (double trace : new double[] {0, 0.3, 0.9}) {
            assertThat(new SoftBackup(settings(trace)).targets(values, divergences, ends, 0.7))
                    .containsExactly(far, within(1e-12));
        }
    }

    private static double[] targets(double trace) {
        return new SoftBackup(settings(trace)).targets(VALUES, DIVERGENCES, TURN_ENDS, 3);
    }

    private static CriticSettings settings(double trace) {
        return new CriticSettings(CriticSettings.Kind.TOKEN, 0.1, 0.9, trace, 0.995, 10, 1e-3, 1);
    }
}
