package io.troupe.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.advantage.AdvantageSettings.Overlong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlongTest {

    @ParameterizedTest
    @CsvSource({"1, 0", "16384, 0", "16385, -0.000244140625", "18432, -0.5", "20480, -1", "30000, -1"})
    void thePaperOfDapoLosesNothingBeforeTheCacheAndAllBehindIt(int tokens, double penalty) {
        assertThat(new Overlong(20480, 4096).penalty(tokens)).isCloseTo(penalty, within(1e-15));
    }

    @Test
    void withoutALengthThereIsNoPenalty() {
        assertThat(Overlong.NONE.penalty(1_000_000)).isZero();
    }

    @Test
    void aCacheOfTheWholeLengthPenalisesFromTheFirstToken() {
        assertThat(new Overlong(4, 4).penalty(1)).isEqualTo(-0.25);
    }
}
