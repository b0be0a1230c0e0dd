package io.troupe.actors.study;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.hipparchus.stat.inference.TTest;
import org.hipparchus.stat.inference.WilcoxonSignedRankTest;

/** Two-sided tests of whether paired differences are centred at 0, and Holm's correction for making several. The arithmetic is Hipparchus's. */
final class PairedTests {

    /** The exact distribution is found by going through all 2^pairs signs. */
    private static final int EXACT_UP_TO = 16;

    private PairedTests() {}

    /**
     * Wilcoxon's signed-rank test, without the differences that are 0, ties at their mean rank; exact for at most {@value #EXACT_UP_TO} pairs.
     *
     * @return p; 1 if all differences are 0; NaN with fewer than 2 pairs
     */
    static double wilcoxon(double[] differences) {
        if (differences.length < 2) {
            return Double.NaN;
        }
        double[] moved = Arrays.stream(differences).filter(d -> d != 0).toArray();
        if (moved.length < 2) {
            return 1;
        }
        // twice a tail that holds the middle of the distribution is more than 1
        return Math.min(
                1,
                new WilcoxonSignedRankTest()
                        .wilcoxonSignedRankTest(new double[moved.length], moved, moved.length <= EXACT_UP_TO));
    }

    /**
     * Student's t test.
     *
     * @return p; 1 if all differences are 0; NaN with fewer than 2 pairs
     */
    static double t(double[] differences) {
        if (differences.length < 2) {
            return Double.NaN;
        }
        if (Arrays.stream(differences).allMatch(d -> d == 0)) {
            return 1;
        }
        return new TTest().tTest(0, differences);
    }

    /**
     * Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979).
     *
     * @param p one for each test that was made; NaN is no test
     * @return the adjusted values in the same order
     */
    static double[] holm(double[] p) {
        int[] rising = IntStream.range(0, p.length)
                .filter(i -> !Double.isNaN(p[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[p.length];
        Arrays.fill(adjusted, Double.NaN);
        double greatest = 0;
        for (int rank = 0; rank < rising.length; rank++) {
            greatest = Math.max(greatest, Math.min(1, (rising.length - rank) * p[rising[rank]]));
            adjusted[rising[rank]] = greatest;
        }
        return adjusted;
    }
}
