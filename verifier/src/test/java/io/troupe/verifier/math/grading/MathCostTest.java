package io.troupe.verifier.math.grading;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What judging costs in time on the processor, which other programs don't add to: the mean over the suite's pairs and the dearest of a hundred. */
class MathCostTest {

    private static final int WARMING_PASSES = 3;
    private static final double MEAN_MICROSECONDS = 500;
    private static final double PERCENTILE_99_MICROSECONDS = 5_000;

    @Test
    void aPairCostsHalfAMillisecondAtMostAndHardlyOneMoreThanFive() {
        GraderProvider math = Graders.load().get("math");
        Grader strict = math.grader("strict");
        List<SuitePair> pairs = SuitePair.all();
        for (int pass = 0; pass < WARMING_PASSES; pass++) {
            pairs.forEach(pair -> strict.judge(pair.gold(), pair.prediction(), math.budget()));
        }

        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        double[] micros = pairs.stream()
                .mapToDouble(pair -> {
                    long before = thread.getCurrentThreadCpuTime();
                    strict.judge(pair.gold(), pair.prediction(), math.budget());
                    return (thread.getCurrentThreadCpuTime() - before) / 1e3;
                })
                .toArray();

        double mean = Arrays.stream(micros).average().orElseThrow();
        Arrays.sort(micros);
        double percentile99 = micros[(int) (micros.length * 0.99)];
        System.out.printf(
                Locale.ROOT,
                "%d pairs, processor time: mean %.0f, median %.0f, p99 %.0f, dearest %.0f microseconds%n",
                micros.length,
                mean,
                micros[micros.length / 2],
                percentile99,
                micros[micros.length - 1]);
        assertThat(mean).isLessThanOrEqualTo(MEAN_MICROSECONDS);
        assertThat(percentile99).isLessThanOrEqualTo(PERCENTILE_99_MICROSECONDS);
    }
}
