package io.troupe.actors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.proto.v1.SessionKey;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EnvironmentLatencyTest {

    private static final EnvironmentLatency LATENCY = new EnvironmentLatency(Duration.ofMillis(200), 1, 7);

    @Test
    void latenciesAreLogNormalWithALongTail() {
        double[] sorted = IntStream.range(0, 20_000)
                .mapToDouble(i -> LATENCY.of(session(i / 8, i % 8, 0), 1).toNanos() / 1e6)
                .sorted()
                .toArray();

        assertThat(sorted[10_000]).isCloseTo(200, within(6.0));
        assertThat(IntStream.range(0, sorted.length)
                        .mapToDouble(i -> sorted[i])
                        .average()
                        .orElseThrow())
                .isCloseTo(200 * Math.exp(0.5), within(12.0));
        assertThat(sorted[19_800]).isCloseTo(200 * Math.exp(2.326), within(150.0));
    }

    @Test
    void theSameTrajectoryAndTurnWaitsAsLongWheneverItIsAsked() {
        assertThat(LATENCY.of(session(3, 1, 0), 2)).isEqualTo(LATENCY.of(session(3, 1, 0), 2));
        assertThat(LATENCY.of(session(3, 1, 0), 2))
                .isNotEqualTo(LATENCY.of(session(3, 1, 0), 1))
                .isNotEqualTo(LATENCY.of(session(3, 1, 1), 2))
                .isNotEqualTo(LATENCY.of(session(3, 2, 0), 2))
                .isNotEqualTo(LATENCY.of(session(4, 1, 0), 2))
                .isNotEqualTo(new EnvironmentLatency(Duration.ofMillis(200), 1, 8).of(session(3, 1, 0), 2));
    }

    @Test
    void withoutSpreadAllWaitForTheMedian() {
        var even = new EnvironmentLatency(Duration.ofMillis(50), 0, 1);

        assertThat(even.of(session(1, 2, 0), 3)).isEqualTo(Duration.ofMillis(50));
    }

    private static SessionKey session(long group, int trajectory, int retry) {
        return SessionKey.newBuilder()
                .setGroup(group)
                .setAttempt(1)
                .setTrajectory(trajectory)
                .setRetry(retry)
                .build();
    }
}
