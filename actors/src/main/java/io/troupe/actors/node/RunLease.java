package io.troupe.actors.node;

import io.troupe.actors.node.LeaseFile.Claim;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to run what is in a run folder, for one process among those of several machines that share the folder: a {@link LeaseFile}, which its holder renews
 * all the time. Who finds it not renewed for {@link #lapse} may take it; nobody compares clocks of two machines, for each measures by its own monotonic clock
 * how long the file has stayed the same. Of those who found it free in the same state, one can take it.
 *
 * <p>A holder that was stopped, or could not write, for longer than that must assume that it has lost the lease: {@link #require} says so before anything is
 * saved, and a thread of its own tells of it at once, also while the storage does not answer at all. What a former holder has written in between is told apart
 * by its epoch, see {@link RunIdentity}.
 *
 * <p>Thread-safe.
 */
final class RunLease implements AutoCloseable {

    /** The lease is another's now, or must be taken for another's. The message says why. */
    static final class LostException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        LostException(String message) {
            super(message);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);
    private static final int RENEWALS_A_LAPSE = 5;
    /** So long a renewal that is under way may take to end when the lease is let go of. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final LeaseFile file;
    private final Duration lapse;
    private final LongSupplier nanoTime;
    private final Consumer<String> onLost;
    private final Thread renewing;
    private final Thread watching;
    private Claim mine;
    private long renewedNanos;
    private @Nullable String lost;
    private boolean told;
    private boolean closed;

    private RunLease(
            LeaseFile file,
            Claim mine,
            long takenNanos,
            Duration lapse,
            LongSupplier nanoTime,
            Consumer<String> onLost) {
        this.file = file;
        this.mine = mine;
        this.lapse = lapse;
        this.nanoTime = nanoTime;
        this.onLost = onLost;
        renewedNanos = takenNanos;
        renewing = thread("troupe-run-lease", this::renew);
        watching = thread("troupe-run-lease-watch", this::watch);
    }

    /**
     * Takes the lease as it was found free by {@link LeaseWatch}.
     *
     * @param machine this machine
     * @param lapse after how long without a renewal others may take it
     * @param nanoTime a monotonic clock
     * @param onLost told why, once, on a thread of the lease's own, if it is lost
     * @throws LostException if another has taken it since it was found free
     */
    static RunLease take(
            LeaseFile file,
            Vacancy found,
            String machine,
            Duration lapse,
            LongSupplier nanoTime,
            Consumer<String> onLost)
            throws IOException {
        Claim claim = new Claim(
                UUID.randomUUID().toString(),
                "process " + ProcessHandle.current().pid() + " on " + machine,
                machine,
                found.takings() + 1,
                0,
                false);
        long begun = nanoTime.getAsLong(); // others count from when they see it, which is later
        if (!file.take(claim)) {
            throw new LostException(
                    file.read().map(Claim::owner).orElse("another process") + " took the run over at the same time");
        }
        file.write(claim);
        var lease = new RunLease(file, claim, begun, lapse, nanoTime, onLost);
        lease.require(); // this process may have been stopped meanwhile
        lease.renewing.start();
        lease.watching.start();
        return lease;
    }

    /**
     * To be called before anything is saved.
     *
     * @throws LostException if the lease is, or must be taken for, another's
     */
    void require() {
        String reason = overdue();
        if (reason == null) {
            reason = foreign();
        }
        if (reason != null) {
            throw new LostException(reason);
        }
    }

    /** Lets go of it, if it is still this process's. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        watching.interrupt();
        renewing.interrupt();
        try {
            renewing.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (renewing.isAlive()) {
            LOG.warn("the storage of the lease {} does not answer; others wait until the lease lapses", file);
            return;
        }
        try {
            Optional<Claim> now = file.read();
            if (now.isPresent() && !isForeign(now.get())) {
                file.write(mine().letGo());
            }
        } catch (IOException e) {
            LOG.warn("the lease {} could not be released; others wait until it lapses", file, e);
        }
    }

    private void renew() {
        while (pause()) {
            String reason = foreign();
            if (reason == null) {
                reason = overdue();
            }
            if (reason != null) {
                tell(reason);
                return;
            }
            tryRenewal();
        }
    }

    /** Finds a lease that lapsed while its renewal waits for the storage. */
    private void watch() {
        while (pause()) {
            String reason = overdue();
            if (reason != null) {
                tell(reason);
                return;
            }
        }
    }

    private boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(lapse.toMillis() / RENEWALS_A_LAPSE);
            return !isClosed();
        } catch (InterruptedException e) {
            return false; // closed
        }
    }

    private void tell(String reason) {
        synchronized (this) {
            if (closed || told) {
                return;
            }
            told = true;
            lost = reason;
        }
        LOG.error("{}", reason);
        onLost.accept(reason);
    }

    /** Not synchronized while it writes: {@link #require} must find out that a lease lapsed also if the storage does not answer. */
    private void tryRenewal() {
        long asked = nanoTime.getAsLong();
        Claim next = mine().renewed();
        try {
            file.write(next);
        } catch (IOException e) {
            if (!isClosed()) {
                LOG.warn("the lease {} cannot be renewed: {}", file, e.toString());
            }
            return;
        }
        Duration took = Duration.ofNanos(nanoTime.getAsLong() - asked);
        if (took.compareTo(lapse.dividedBy(2)) > 0) {
            LOG.warn(
                    "the lease {} took {} ms to renew; the run is lost if that takes {} ms",
                    file,
                    took.toMillis(),
                    lapse.toMillis());
        }
        synchronized (this) {
            mine = next;
            renewedNanos = asked;
        }
    }

    /** Why the lease must be taken for lost, by time or because it was already. */
    private synchronized @Nullable String overdue() {
        if (lost == null && nanoTime.getAsLong() - renewedNanos >= lapse.toNanos()) {
            lost = "the lease of the run could not be renewed for " + lapse.toSeconds()
                    + " s, because this process was stopped or " + file
                    + " could not be written; another process may have taken the run over";
        }
        return lost;
    }

    /** Who else has it, if someone has. A file that cannot be read says nothing: then time decides. */
    private @Nullable String foreign() {
        try {
            Optional<Claim> now = file.read();
            if (now.isPresent() && isForeign(now.get())) {
                return "the run was taken over by " + now.get().owner() + "; this process ends without saving";
            }
        } catch (IOException e) {
            if (!isClosed()) {
                LOG.warn("the lease {} cannot be read: {}", file, e.toString());
            }
        }
        return null;
    }

    /** Also the same number under another's name, which only storage that creates nothing exclusively can bring about. */
    private boolean isForeign(Claim now) {
        Claim own = mine();
        return now.taking() > own.taking()
                || (now.taking() == own.taking() && !now.holder().equals(own.holder()));
    }

    private synchronized Claim mine() {
        return mine;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
