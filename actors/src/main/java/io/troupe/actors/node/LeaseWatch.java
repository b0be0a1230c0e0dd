package io.troupe.actors.node;

import io.troupe.actors.node.LeaseFile.Claim;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Watches the lease of a run folder that may be another process's, and says when it may be taken. Not thread-safe. */
final class LeaseWatch {

    private final LeaseFile file;
    private final Duration lapse;
    private final LongSupplier nanoTime;
    private @Nullable Claim seen;
    private long seenNanos;

    /**
     * A watch.
     *
     * @param lapse how long the lease must stay the same before it counts as nobody's
     * @param nanoTime a monotonic clock
     */
    LeaseWatch(LeaseFile file, Duration lapse, LongSupplier nanoTime) {
        this.file = file;
        this.lapse = lapse;
        this.nanoTime = nanoTime;
    }

    /** The lease, if it may be taken now: nobody has it, or who had it let go of it or has not renewed it for too long. */
    Optional<Vacancy> vacancy() throws IOException {
        Optional<Claim> read = file.read();
        if (read.isEmpty()) {
            return Optional.of(Vacancy.NEVER_TAKEN);
        }
        Claim now = read.get();
        long nanos = nanoTime.getAsLong();
        if (!now.equals(seen)) {
            seen = now;
            seenNanos = nanos;
        }
        boolean free = now.released() || nanos - seenNanos >= lapse.toNanos();
        return free ? Optional.of(vacant(now)) : Optional.empty();
    }

    /** Whether the lease was renewed since it was first looked at. */
    boolean wasRenewed(Claim first) {
        Claim last = seen;
        return last != null && !last.equals(first);
    }

    /** Who has it, for people. */
    String owner() {
        Claim last = seen;
        return last == null ? "nobody" : last.owner();
    }

    /** A claim as it stands, for one who knows otherwise that nobody holds it. */
    static Vacancy vacant(Claim claim) {
        return new Vacancy(claim.taking(), claim.owner());
    }
}
