package io.troupe.actors.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to run what is in a run folder, for one process among those of several machines that share the folder: the file {@code run.lease}, which its holder
 * renews all the time. Who finds it not renewed for {@link #lapse} may take it; nobody compares clocks of two machines, for each measures by its own monotonic
 * clock how long the file has stayed the same.
 *
 * <p>A holder that was stopped, or could not write, for longer than that must assume that it has lost the lease: {@link #require} says so before anything is
 * saved, and a thread of its own tells of it at once. What a former holder has written in between is told apart by its epoch, see {@link RunIdentity}.
 *
 * <p>Thread-safe.
 */
final class RunLease implements AutoCloseable {

    /**
     * What the file says.
     *
     * @param holder an id made for one taking of the lease
     * @param owner who that is, for people
     * @param machine the machine
     * @param renewal counts the renewals
     * @param released whether the holder has let go of it
     */
    record Claim(String holder, String owner, String machine, long renewal, boolean released) {}

    /** The lease is another's now. The message says whose. */
    static final class LostException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        LostException(String message) {
            super(message);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RENEWALS_A_LAPSE = 5;
    private static final long SETTLE_MILLIS = 500;

    private final Path file;
    private final Duration lapse;
    private final LongSupplier nanoTime;
    private final Thread renewing;
    private final String former;
    private Claim mine;
    private long renewedNanos;
    private @Nullable String lost;
    private boolean closed;

    private RunLease(Path file, Claim mine, String former, Duration lapse, LongSupplier nanoTime, Runnable onLost) {
        this.file = file;
        this.mine = mine;
        this.former = former;
        this.lapse = lapse;
        this.nanoTime = nanoTime;
        renewedNanos = nanoTime.getAsLong();
        renewing = new Thread(() -> renew(onLost), "troupe-run-lease");
        renewing.setDaemon(true);
    }

    /** What the file says, if it is there. */
    static Optional<Claim> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        JsonNode read = JSON.readTree(bytes);
        return Optional.of(new Claim(
                read.path("holder").asText(),
                read.path("owner").asText("(unknown)"),
                read.path("machine").asText(),
                read.path("renewal").asLong(),
                read.path("released").asBoolean()));
    }

    /**
     * Takes the lease, whosever it was: whether it may be taken is for {@link LeaseWatch} to say.
     *
     * @param machine this machine
     * @param lapse after how long without a renewal others may take it
     * @param nanoTime a monotonic clock
     * @param onLost called once, on the lease's own thread, if it is lost
     * @throws LostException if another took it at the same time
     */
    static RunLease take(Path file, String machine, Duration lapse, LongSupplier nanoTime, Runnable onLost)
            throws IOException, InterruptedException {
        Claim claim = new Claim(
                UUID.randomUUID().toString(),
                "process " + ProcessHandle.current().pid() + " on " + machine,
                machine,
                0,
                false);
        Optional<Claim> before = read(file);
        write(file, claim);
        if (before.isPresent() && !before.get().released()) {
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS); // two that take it at once see each other now
            Claim after = read(file).orElse(claim);
            if (after.holder().equals(before.get().holder())) {
                write(file, claim); // the former holder's last renewal was under way
            } else if (!after.holder().equals(claim.holder())) {
                throw new LostException(after.owner() + " took the run over at the same time");
            }
        }
        String former = before.map(Claim::holder).orElse("");
        var lease = new RunLease(file, claim, former, lapse, nanoTime, onLost);
        lease.renewing.start();
        return lease;
    }

    /**
     * To be called before anything is saved.
     *
     * @throws LostException if the lease is, or must be taken for, another's
     */
    void require() {
        String reason;
        synchronized (this) {
            reason = lost;
            if (reason == null && nanoTime.getAsLong() - renewedNanos >= lapse.toNanos()) {
                reason = "the lease of the run could not be renewed for " + lapse.toSeconds()
                        + " s; another process may have taken the run over";
                lost = reason;
            }
        }
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
        renewing.interrupt();
        try {
            Optional<Claim> now = read(file);
            if (now.isPresent() && now.get().holder().equals(mine.holder())) {
                write(file, new Claim(mine.holder(), mine.owner(), mine.machine(), mine.renewal() + 1, true));
            }
        } catch (IOException e) {
            LOG.warn("the lease {} could not be released; others wait until it lapses", file, e);
        }
    }

    private void renew(Runnable onLost) {
        long pause = lapse.toMillis() / RENEWALS_A_LAPSE;
        while (true) {
            try {
                TimeUnit.MILLISECONDS.sleep(pause);
            } catch (InterruptedException e) {
                return; // closed
            }
            String reason = foreign();
            synchronized (this) {
                if (closed) {
                    return;
                }
                if (reason == null) {
                    if (lost == null) {
                        tryRenewal();
                    }
                    reason = lost;
                }
                lost = reason;
            }
            if (reason != null) {
                LOG.error("{}", reason);
                onLost.run();
                return;
            }
        }
    }

    private synchronized void tryRenewal() {
        Claim next = new Claim(mine.holder(), mine.owner(), mine.machine(), mine.renewal() + 1, false);
        long asked = nanoTime.getAsLong();
        if (asked - renewedNanos >= lapse.toNanos()) {
            lost = "the lease of the run was not renewed for " + lapse.toSeconds()
                    + " s; this process must have been stopped, and another may have taken the run over";
            return;
        }
        try {
            write(file, next);
            mine = next;
            renewedNanos = asked;
        } catch (IOException e) {
            LOG.warn("the lease {} cannot be renewed: {}", file, e.toString());
        }
    }

    /**
     * Who else has it, if someone has. A file that cannot be read says nothing: then time decides. Nor does one that the former holder wrote: its storage
     * stalled, and what it began before it lost the lease came after; the next renewal takes that back.
     */
    private @Nullable String foreign() {
        try {
            Optional<Claim> now = read(file);
            if (now.isPresent()
                    && !now.get().holder().equals(mine.holder())
                    && !now.get().holder().equals(former)) {
                return "the run was taken over by " + now.get().owner() + "; this process ends without saving";
            }
        } catch (IOException e) {
            LOG.warn("the lease {} cannot be read: {}", file, e.toString());
        }
        return null;
    }

    private static void write(Path file, Claim claim) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("holder", claim.holder());
        json.put("owner", claim.owner());
        json.put("machine", claim.machine());
        json.put("renewal", claim.renewal());
        json.put("released", claim.released());
        Path aside = file.resolveSibling(file.getFileName() + "." + claim.holder() + ".tmp");
        Files.write(aside, JSON.writeValueAsBytes(json));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
