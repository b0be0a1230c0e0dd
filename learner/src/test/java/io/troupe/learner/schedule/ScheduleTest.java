package io.troupe.learner.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.learner.schedule.Schedule.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void warmUpRisesInEqualPartsToThePeak() {
        var schedule = new Schedule(Shape.CONSTANT, 1.0, 4, 10, 0.1);
        assertRates(schedule, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void linearFallsToTheLeastRateAtTheLastStepAndStaysThere() {
        assertRates(new Schedule(Shape.LINEAR, 1.0, 1, 6, 0.2), 0.5, 1, 0.8, 0.6, 0.4, 0.2, 0.2);
    }

    @Test
    void cosineFallsSlowlyAtBothEnds() {
        var schedule = new Schedule(Shape.COSINE, 2.0, 0, 5, 0.1);
        assertRates(
                schedule,
                2,
                2 * (0.1 + 0.9 * (1 + Math.sqrt(0.5)) / 2),
                1.1,
                2 * (0.1 + 0.9 * (1 - Math.sqrt(0.5)) / 2),
                0.2,
                0.2);
    }

    @Test
    void aRunShorterThanItsWarmUpNeverReachesThePeak() {
        var schedule = new Schedule(Shape.COSINE, 1.0, 5, 3, 0.1);
        assertThat(schedule.at(2)).isCloseTo(0.5, within(1e-15));
    }

    @Property(seed = "1")
    void ratesStayBetweenZeroAndThePeakAndFallAfterTheWarmUp(
            @ForAll Shape shape,
            @ForAll @IntRange(max = 20) int warmup,
            @ForAll @IntRange(min = 1, max = 60) int total,
            @ForAll @DoubleRange(min = 0, max = 1) double ratio) {
        var schedule = new Schedule(shape, 3e-4, warmup, total, ratio);
        for (int step = 0; step < 80; step++) {
            assertThat(schedule.at(step)).isBetween(0.0, 3e-4 * (1 + 1e-12));
            if (step >= warmup) {
                assertThat(schedule.at(step + 1)).isLessThanOrEqualTo(schedule.at(step));
            }
        }
    }

    @Test
    void impossibleSchedulesAreRefused() {
        assertThatThrownBy(() -> new Schedule(Shape.LINEAR, 0, 0, 1, 0)).hasMessageContaining("learning rate");
        assertThatThrownBy(() -> new Schedule(Shape.LINEAR, 1, -1, 1, 0)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Schedule(Shape.LINEAR, 1, 0, 0, 0)).hasMessageContaining("at least 1 step");
        assertThatThrownBy(() -> new Schedule(Shape.LINEAR, 1, 0, 1, 1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> new Schedule(Shape.LINEAR, 1, 0, 1, 1).at(-1)).hasMessageContaining("-1");
    }

    private static void assertRates(Schedule schedule, double... expected) {
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.at(step)).as("step %s", step).isCloseTo(expected[step], within(1e-12));
        }
    }
}
