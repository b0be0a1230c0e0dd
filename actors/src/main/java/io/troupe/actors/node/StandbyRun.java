package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the folder of a run until the run must be taken over. The folder is on storage that the machines share; what tells that a run lives is its lease
 * alone, so that a learner which is cut off from this machine but not from the storage is left in peace.
 */
public final class StandbyRun {

    /** Why the wait ended. */
    public enum Turn {
        /** Nobody goes on with the run: take it over. */
        TAKE_OVER,
        /** The run came to its end. */
        DONE,
        /** This process was asked to stop. */
        STOPPED
    }

    private static final Logger LOG = LoggerFactory.getLogger(StandbyRun.class);
    private static final int LOOK_MILLIS = 200;
    private static final int SAY_EVERY = 300;

    private StandbyRun() {}

    /**
     * Waits. A run that came to its end or was interrupted in order has a summary, and is done for those who stand by: whoever interrupted it may go on with it.
     *
     * @param directory the run folder
     * @param lapse after how long without a sign of life a run is taken over
     * @param stopped whether to give up waiting
     * @throws RunFailedException if there is no run folder, or it cannot be read
     */
    public static Turn await(Path directory, Duration lapse, BooleanSupplier stopped)
            throws RunFailedException, InterruptedException {
        Path lease = directory.resolve("run.lease");
        Path summary = directory.resolve("summary.json");
        var watch = new LeaseWatch(lease, lapse, System::nanoTime);
        String said = "";
        for (int looks = 0; !stopped.getAsBoolean(); looks++) {
            try {
                if (Files.exists(summary)) {
                    return Turn.DONE;
                }
                Optional<RunLease.Claim> claim = RunLease.read(lease);
                if (claim.isPresent() && watch.isFree()) {
                    LOG.info(
                            "{} shows no sign of life; taking the run over",
                            claim.get().owner());
                    return Turn.TAKE_OVER;
                }
                String owner = claim.map(RunLease.Claim::owner).orElse("nobody yet");
                if (!owner.equals(said) || looks % SAY_EVERY == 0) {
                    said = owner;
                    LOG.info("standing by for {}, which is run by {}", directory, owner);
                }
            } catch (IOException e) {
                throw new RunFailedException(Kind.INPUT, "cannot read " + lease + ": " + e, e);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return Turn.STOPPED;
    }
}
