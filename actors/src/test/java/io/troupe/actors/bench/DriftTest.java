package io.troupe.actors.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftTest {

    @Test
    void sizesAndTheMeanAreOfTheDifferences() {
        Drift drift = Drift.between(new double[] {-1, -2, -3}, new double[] {-1.5, -2, -2});

        assertThat(drift.mean()).isCloseTo(-0.5 / 3, within(1e-12));
        assertThat(drift.meanSize()).isCloseTo(0.5, within(1e-12));
        assertThat(drift.greatest()).isEqualTo(1);
        assertThat(drift.tokens()).isEqualTo(3);
    }

    @Test
    void onePercentOfTheTokensMayBeBeyondThePercentile() {
        double[] hundred = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();

        assertThat(Drift.between(hundred, new double[100]).percentile99()).isEqualTo(99);
    }

    @Test
    void listsOfDifferentLengthCannotBeCompared() {
        assertThatThrownBy(() -> Drift.between(new double[2], new double[3]))
                .hasMessageContaining("2 and 3 log-probabilities");
    }
}
