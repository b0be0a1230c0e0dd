package io.troupe.actors.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Against SciPy 1.x: {@code scipy.stats.wilcoxon(d, method="exact")} and {@code ttest_1samp(d, 0)}. */
class PairedTestsTest {

    private static final double[] TEN = {0.01, 0.02, -0.005, 0.03, 0.012, 0.04, 0.007, -0.001, 0.022, 0.018};
    private static final double[] TIED = {0.01, 0.01, -0.01, 0.03, 0.02, 0.02, 0.0, -0.01, 0.02, 0.02};

    @Test
    void theSignedRankTestIsScipysExactOne() {
        assertThat(PairedTests.wilcoxon(TEN)).isCloseTo(0.009765625, within(1e-12));
        assertThat(PairedTests.wilcoxon(new double[] {0.1, 0.2, 0.3})).isCloseTo(0.25, within(1e-12));
        assertThat(PairedTests.wilcoxon(new double[] {1, 1, 1, 1, 1})).isCloseTo(0.0625, within(1e-12));
    }

    @Test
    void differencesOfNoughtDoNotCountAndTiesShareTheirRank() {
        assertThat(PairedTests.wilcoxon(TIED)).isCloseTo(0.0390625, within(1e-12));
        assertThat(PairedTests.wilcoxon(new double[] {0.02, -0.01, 0, 0, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08}))
                .isCloseTo(0.015625, within(1e-12));
    }

    @Test
    void theTTestIsScipys() {
        assertThat(PairedTests.t(TEN)).isCloseTo(0.006365315184562566, within(1e-12));
        assertThat(PairedTests.t(TIED)).isCloseTo(0.031790928104358476, within(1e-12));
    }

    @Test
    void noDifferenceAtAllShowsNothing() {
        assertThat(PairedTests.wilcoxon(new double[5])).isEqualTo(1);
        assertThat(PairedTests.t(new double[5])).isEqualTo(1);
        assertThat(PairedTests.wilcoxon(new double[] {0.3})).isNaN();
        assertThat(PairedTests.t(new double[] {0.3})).isNaN();
    }

    @Test
    void holmsCorrectionStepsDown() {
        // worked out by hand: 4·0.01, 3·0.02, then never less than before, 1·0.04
        assertThat(PairedTests.holm(new double[] {0.04, 0.01, 0.03, 0.02}))
                .containsExactly(new double[] {0.06, 0.04, 0.06, 0.06}, within(1e-12));
        assertThat(PairedTests.holm(new double[] {0.4, Double.NaN, 0.6}))
                .containsExactly(new double[] {0.8, Double.NaN, 0.8}, within(1e-12));
    }

    @Property(tries = 200, seed = "1")
    void theSignOfTheDifferencesDoesNotMatter(@ForAll @Size(8) List<@DoubleRange(min = -1, max = 1) Double> sample) {
        double[] differences = sample.stream().mapToDouble(Double::doubleValue).toArray();
        double[] turned = new double[differences.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = -differences[i];
        }
        assertThat(PairedTests.wilcoxon(turned)).isCloseTo(PairedTests.wilcoxon(differences), within(1e-12));
        assertThat(PairedTests.wilcoxon(differences)).isBetween(0.0, 1.0);
    }
}
