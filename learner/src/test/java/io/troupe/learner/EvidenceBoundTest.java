package io.troupe.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceBoundTest {

    private static final int MASK = 99;
    private static final int PLACES = 4;
    private static final ScoredSequence TURN =
            new ScoredSequence(new int[] {1, 2}, new int[] {10, 11, 12, 13}, new boolean[] {true, true, true, true});

    /** Some log-probability of a place given what is masked: a policy does not need to be consistent. */
    private static double logProbability(int masked, int place) {
        return -new SplittableRandom(31L * masked + place).nextDouble() * 3 - 0.1;
    }

    /** The bound by its definition: the sum over k of the mean over all M of k places, and over the places in M. */
    private static double exact() {
        double sum = 0;
        for (int k = 1; k <= PLACES; k++) {
            double all = 0;
            int sets = 0;
            for (int masked = 0; masked < 1 << PLACES; masked++) {
                if (Integer.bitCount(masked) == k) {
                    sets++;
                    all += sumOver(masked) / k;
                }
            }
            sum += all / sets;
        }
        return sum;
    }

    private static double sumOver(int masked) {
        double sum = 0;
        for (int place = 0; place < PLACES; place++) {
            sum += (masked >> place & 1) == 1 ? logProbability(masked, place) : 0;
        }
        return sum;
    }

    private static double estimate(List<ScoredSequence> views) {
        return views.stream()
                .mapToDouble(view -> view.weight() * sumOver(bits(view)))
                .sum();
    }

    private static int bits(ScoredSequence view) {
        int masked = 0;
        for (int place = 0; place < PLACES; place++) {
            masked |= view.scored()[place] ? 1 << place : 0;
        }
        return masked;
    }

    @ParameterizedTest
    @CsvSource({"1,false", "2,false", "1,true", "2,true"})
    void theMeanOfTheEstimatesIsTheBound(int draws, boolean coupled) {
        var bound = new EvidenceBound(MASK, draws, coupled);
        int seeds = 200_000;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < seeds; seed++) {
            double estimate = estimate(bound.views(TURN, seed));
            sum += estimate;
            squares += estimate * estimate;
        }
        double mean = sum / seeds;
        double error = Math.sqrt((squares / seeds - mean * mean) / seeds);
        assertThat(mean).isCloseTo(exact(), within(5 * error));
    }

    @Test
    void whatIsLearnedFromHasTheSameMean() {
        var bound = new EvidenceBound(MASK, 1, false);
        var random = new SplittableRandom(5);
        double sum = 0;
        int lessons = 200_000;
        for (int i = 0; i < lessons; i++) {
            ScoredSequence lesson = bound.lesson(TURN, random);
            assertThat(lesson.scoredTokens()).isPositive();
            sum += estimate(List.of(lesson));
        }
        assertThat(sum / lessons).isCloseTo(exact(), within(0.05));
    }

    /** The authors' code: (n + 1)/k on the k places that are masked, (n + 1)/(n − k) on the others, half of each. */
    @Test
    void aCoupledDrawMasksEveryPlaceOnceWithTheWeightsOfTheAuthors() {
        var bound = new EvidenceBound(MASK, 1, true);
        for (int seed = 0; seed < 50; seed++) {
            List<ScoredSequence> views = bound.views(TURN, seed);
            var times = new int[PLACES];
            for (ScoredSequence view : views) {
                int k = view.scoredTokens();
                assertThat(view.weight()).isCloseTo(0.5 * (PLACES + 1) / k, within(1e-12));
                assertThat(view.rest()).isEqualTo(TURN.rest());
                for (int place = 0; place < PLACES; place++) {
                    times[place] += view.scored()[place] ? 1 : 0;
                    assertThat(view.seenAt(place)).isEqualTo(view.scored()[place] ? MASK : TURN.rest()[place]);
                }
            }
            assertThat(times).containsOnly(1);
            assertThat(views).hasSizeBetween(1, 2);
        }
    }

    /** Not for any numbers, but for those of a policy whose tokens do not depend on each other. */
    @Test
    void couplingMakesEstimatesVaryLess() {
        assertThat(variance(new EvidenceBound(MASK, 1, true)))
                .isLessThan(0.6 * variance(new EvidenceBound(MASK, 2, false)));
    }

    @Test
    void theSameSeedMasksTheSamePlaces() {
        var bound = new EvidenceBound(MASK, 2, true);
        assertThat(bound.views(TURN, 8).stream().map(EvidenceBoundTest::bits).toList())
                .isEqualTo(bound.views(TURN, 8).stream()
                        .map(EvidenceBoundTest::bits)
                        .toList());
    }

    private static double variance(EvidenceBound bound) {
        double sum = 0;
        double squares = 0;
        int seeds = 20_000;
        for (int seed = 0; seed < seeds; seed++) {
            double estimate = 0;
            for (ScoredSequence view : bound.views(TURN, seed)) {
                for (int place = 0; place < PLACES; place++) {
                    estimate -= view.scored()[place] ? view.weight() * (1 + 2 * place) : 0;
                }
            }
            sum += estimate;
            squares += estimate * estimate;
        }
        return squares / seeds - sum / seeds * (sum / seeds);
    }
}
