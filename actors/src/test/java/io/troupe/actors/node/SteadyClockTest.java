package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> wallTime = new AtomicReference<>(START);
    private final AtomicLong nanos = new AtomicLong(-5);

    private final Clock wall = new Clock() {
        @Override
        public Instant instant() {
            return wallTime.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @Test
    void jumpsOfTheSystemsClockDoNotMoveIt() {
        var clock = new SteadyClock(wall, nanos::get);
        wallTime.set(START.plus(Duration.ofDays(400)));
        assertThat(clock.instant()).isEqualTo(START);
        wallTime.set(START.minus(Duration.ofDays(400)));
        nanos.addAndGet(1_500_000_000);
        assertThat(clock.instant()).isEqualTo(START.plusMillis(1500));
        assertThat(clock.millis()).isEqualTo(START.toEpochMilli() + 1500);
    }
}
