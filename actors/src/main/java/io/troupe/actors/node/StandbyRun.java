package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the folder of a run until the run must be taken over. The folder is on storage that the machines share; what tells that a run lives is its lease
 * alone, so that a learner which is cut off from this machine but not from the storage is left in peace.
 *
 * <p>Storage that cannot be read is asked again, for {@value #UNREADABLE_LAPSES} times as long as a lease takes to lapse, and has a line in the
 * log meanwhile, one a lapse. Not thread-safe.
 */
public final class StandbyRun {

    /** Why the wait ended. */
    public sealed interface Turn {}

    /** Nobody goes on with the run: take it over, as it was found. */
    public record TakeOver(Vacancy found) implements Turn {}

    /** The run came to its end. */
    public record Done() implements Turn {}

    /** This process was asked to stop. */
    public record Stopped() implements Turn {}

    private static final Logger LOG = LoggerFactory.getLogger(StandbyRun.class);
    private static final int LOOK_MILLIS = 200;
    private static final int SAY_EVERY = 300;
    private static final int UNREADABLE_LAPSES = 30;

    private final Path directory;
    private final LeaseFile lease;
    private final Duration lapse;
    private final LongSupplier nanoTime;
    private final LeaseWatch watch;
    private String said = "";
    private @Nullable Long unreadableSince;
    private long complainedNanos;

    private StandbyRun(Path directory, LeaseFile lease, Duration lapse, LongSupplier nanoTime) {
        this.directory = directory;
        this.lease = lease;
        this.lapse = lapse;
        this.nanoTime = nanoTime;
        watch = new LeaseWatch(lease, lapse, nanoTime);
    }

    /**
     * Waits. A run that came to its end or was interrupted in order has a summary, and is done for those who stand by: whoever interrupted it may go on with it.
     *
     * @param directory the run folder
     * @param lapse after how long without a sign of life a run is taken over
     * @param stopped whether to give up waiting
     * @throws RunFailedException if the folder could not be read for too long
     */
    public static Turn await(Path directory, Duration lapse, BooleanSupplier stopped)
            throws RunFailedException, InterruptedException {
        return await(directory, RunFolder.lease(directory), lapse, System::nanoTime, stopped);
    }

    static Turn await(Path directory, LeaseFile lease, Duration lapse, LongSupplier nanoTime, BooleanSupplier stopped)
            throws RunFailedException, InterruptedException {
        return new StandbyRun(directory, lease, lapse, nanoTime).await(stopped);
    }

    private Turn await(BooleanSupplier stopped) throws RunFailedException, InterruptedException {
        for (int looks = 0; !stopped.getAsBoolean(); looks++) {
            try {
                Optional<Turn> turn = look(looks % SAY_EVERY == 0);
                if (turn.isPresent()) {
                    return turn.get();
                }
                readAgain();
            } catch (IOException e) {
                unreadable(e);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return new Stopped();
    }

    private Optional<Turn> look(boolean say) throws IOException {
        if (isThere(directory.resolve("summary.json"))) {
            return Optional.of(new Done());
        }
        Optional<Vacancy> found = watch.vacancy();
        boolean begun = found.isEmpty() || found.get().takings() > 0;
        if (found.isPresent() && begun) {
            LOG.info(
                    "{} shows no sign of life; taking the run over", found.get().owner());
            return Optional.of(new TakeOver(found.get()));
        }
        String owner = begun ? watch.owner() : "nobody yet";
        if (say || !owner.equals(said)) {
            said = owner;
            LOG.info("standing by for {}, which is run by {}", directory, owner);
        }
        return Optional.empty();
    }

    /** As {@link Files#exists}, which takes a folder that cannot be read for an empty one. */
    private static boolean isThere(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void readAgain() {
        Long since = unreadableSince;
        if (since != null) {
            LOG.info("{} can be read again, after {} s", directory, secondsSince(since));
            unreadableSince = null;
        }
    }

    private void unreadable(IOException e) throws RunFailedException {
        long now = nanoTime.getAsLong();
        Long before = unreadableSince;
        long since = before == null ? now : before;
        unreadableSince = since;
        if (now - since >= lapse.multipliedBy(UNREADABLE_LAPSES).toNanos()) {
            throw new RunFailedException(
                    Kind.INPUT,
                    "cannot read " + lease + " for " + secondsSince(since) + " s: " + e
                            + "; start this node again when the storage of the run folder can be reached",
                    e);
        }
        if (before == null || now - complainedNanos >= lapse.toNanos()) {
            complainedNanos = now;
            LOG.warn("cannot read {}: {}; trying again", lease, e.toString());
        }
    }

    private long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - nanos);
    }
}
