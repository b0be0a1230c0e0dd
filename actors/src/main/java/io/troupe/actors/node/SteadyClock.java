package io.troupe.actors.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that goes on evenly from the time at which it was made, whatever is done to the system's: for deadlines, which would all pass at once when somebody
 * sets the clock. Thread-safe.
 */
final class SteadyClock extends Clock {

    private final Clock wall;
    private final LongSupplier nanoTime;
    private final Instant start;
    private final long startNanos;

    /**
     * A clock.
     *
     * @param wall asked once
     * @param nanoTime a monotonic clock
     */
    SteadyClock(Clock wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        start = wall.instant();
        startNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plus(Duration.ofNanos(nanoTime.getAsLong() - startNanos));
    }

    @Override
    public ZoneId getZone() {
        return wall.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(wall.withZone(zone), nanoTime);
    }
}
