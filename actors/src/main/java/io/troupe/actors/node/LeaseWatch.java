package io.troupe.actors.node;

import io.troupe.actors.node.RunLease.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Watches the lease of a run folder that may be another process's, and says when it may be taken. Not thread-safe. */
final class LeaseWatch {

    private final Path file;
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
    LeaseWatch(Path file, Duration lapse, LongSupplier nanoTime) {
        this.file = file;
        this.lapse = lapse;
        this.nanoTime = nanoTime;
    }

    /** Whether the lease may be taken now: nobody has it, or who had it let go of it or has not renewed it for too long. */
    boolean isFree() throws IOException {
        Optional<Claim> now = RunLease.read(file);
        if (now.isEmpty() || now.get().released()) {
            return true;
        }
        Claim before = seen;
        if (before == null || !before.equals(now.get())) {
            seen = now.get();
            seenNanos = nanoTime.getAsLong();
            return false;
        }
        return nanoTime.getAsLong() - seenNanos >= lapse.toNanos();
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
}
