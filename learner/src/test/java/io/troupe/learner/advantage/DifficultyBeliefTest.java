package io.troupe.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.advantage.AdvantageSettings.Belief;
import io.troupe.learner.advantage.AdvantageSettings.BeliefKind;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifficultyBeliefTest {

    @ParameterizedTest
    @CsvSource({"0.125, 1, 1.711490", "0.125, -1, 0.987444", "0.875, 1, 0.808451", "0.875, -1, 2.090418"})
    void theWeightHasItsKnownValues(double groupAccuracy, double advantage, double weight) {
        var belief = belief(BeliefKind.HARD, 5, 3);
        belief.observe(0.4);
        assertThat(belief.weight(advantage, groupAccuracy, 0.9)).isCloseTo(weight, within(5e-7));
    }

    @Test
    void aSoftBeliefMovesByHowMuchItMovedOfLate() {
        var belief = belief(BeliefKind.SOFT, 5, 2);
        assertThat(belief.current()).isEmpty();
        assertThat(after(belief, 0.2)).isCloseTo(0.2, within(1e-15));
        assertThat(after(belief, 0.4)).isCloseTo(0.3, within(1e-15));
        // the last two beliefs 0.2 and 0.3 have the deviation 0.05, so that the step is a quarter
        assertThat(after(belief, 0.7)).isCloseTo(0.75 * 0.3 + 0.25 * 0.7, within(1e-15));
        assertThat(after(belief, 0)).isCloseTo(0.75 * 0.4, within(1e-15));
    }

    @Test
    void aSoftBeliefNeverStepsBeyondTheBatch() {
        var belief = belief(BeliefKind.SOFT, 1e6, 2);
        belief.observe(0.2);
        belief.observe(0.4);
        assertThat(after(belief, 0.9)).isEqualTo(0.9);
    }

    @Test
    void aHardBeliefIsTheMeanOfTheLastBatches() {
        var belief = belief(BeliefKind.HARD, 5, 2);
        assertThat(after(belief, 0.2)).isEqualTo(0.2);
        assertThat(after(belief, 0.4)).isCloseTo(0.3, within(1e-15));
        assertThat(after(belief, 0.8)).isCloseTo(0.6, within(1e-15));
    }

    @Test
    void beforeTheFirstBatchTheBeliefIsThatBatchsAccuracy() {
        assertThat(belief(BeliefKind.SOFT, 5, 2).weight(1, 0.5, 0.25)).isCloseTo(1.3 * Math.exp(-0.25), within(1e-15));
    }

    @Test
    void withoutABeliefEveryGroupCountsAlike() {
        var none = new DifficultyBelief(Belief.NONE);
        none.observe(0.3);
        assertThat(none.isKept()).isFalse();
        assertThat(none.weight(1, 0.1, 0.9)).isEqualTo(1);
        assertThat(none.state()).isEmpty();
    }

    @Property(tries = 200, seed = "1")
    void whatIsRestoredGoesOnBitForBit(
            @ForAll @Size(min = 1, max = 30) List<@DoubleRange(min = 0, max = 1) Double> accuracies,
            @ForAll @DoubleRange(min = 0, max = 1) double next,
            @ForAll boolean soft) {
        var kind = soft ? BeliefKind.SOFT : BeliefKind.HARD;
        var belief = belief(kind, 5, 4);
        accuracies.forEach(belief::observe);
        var restored = belief(kind, 5, 4);
        restored.observe(0.123); // what it held before is gone
        restored.restore(belief.state());
        assertThat(restored.state()).isEqualTo(belief.state());
        assertThat(after(restored, next)).isEqualTo(after(belief, next));
    }

    @Property(tries = 200, seed = "1")
    void aBeliefStaysWithinWhatWasSeen(
            @ForAll @Size(min = 1, max = 30) List<@DoubleRange(min = 0, max = 1) Double> accuracies) {
        var belief = belief(BeliefKind.SOFT, 5, 3);
        accuracies.forEach(belief::observe);
        double least = accuracies.stream().mapToDouble(x -> x).min().orElseThrow();
        double most = accuracies.stream().mapToDouble(x -> x).max().orElseThrow();
        assertThat(belief.current().orElseThrow()).isBetween(least - 1e-12, most + 1e-12);
    }

    @Test
    void aLineThatIsNoneIsNamed() {
        assertThatThrownBy(() -> belief(BeliefKind.SOFT, 5, 2).restore(List.of("velocity 0x1.0p0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("velocity");
    }

    private static double after(DifficultyBelief belief, double accuracy) {
        belief.observe(accuracy);
        return belief.current().orElseThrow();
    }

    private static DifficultyBelief belief(BeliefKind kind, double rate, int window) {
        return new DifficultyBelief(new Belief(kind, 1.3, rate, window));
    }
}
