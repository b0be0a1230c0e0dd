package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The use of a run folder by this process alone: the folder's lock, which holds among the processes of one machine, and its lease, which holds among those of
 * all. Whoever has it may look at what is in the folder and change it; nobody may before. Closed in the order in which others could come in: the lease first,
 * then the lock.
 */
final class Tenancy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);
    private static final int LOOK_MILLIS = 200;

    private final RunFolder folder;
    private final RunLease lease;

    private Tenancy(RunFolder folder, RunLease lease) {
        this.folder = folder;
        this.lease = lease;
    }

    /**
     * Begins it. A lease that may be another machine's is watched first, for as long as it takes to lapse.
     *
     * @param onLost told why, once, on another thread, if it ends before it is closed
     * @throws RunFailedException if another process has the folder, or it holds a run that is not to be gone on with
     */
    static Tenancy begin(RunPlan plan, Consumer<String> onLost)
            throws IOException, RunFailedException, InterruptedException {
        return plan.takesOver().isPresent() ? succeed(plan, plan.takesOver().get(), onLost) : enter(plan, onLost);
    }

    /** The lease first: what may be moved aside then is the lock of a process that has lost it, and not of one that was quicker. */
    private static Tenancy succeed(RunPlan plan, Vacancy found, Consumer<String> onLost)
            throws IOException, RunFailedException {
        RunLease lease = take(plan, found, onLost);
        try {
            return new Tenancy(RunFolder.takeOver(plan.directory()), lease);
        } catch (RunFailedException e) {
            lease.close();
            throw e;
        }
    }

    private static Tenancy enter(RunPlan plan, Consumer<String> onLost)
            throws IOException, RunFailedException, InterruptedException {
        RunFolder folder = RunFolder.open(plan.directory());
        try {
            requireUsable(folder, plan); // before one waits
            RunLease lease = take(plan, vacancy(plan), onLost);
            try {
                requireUsable(folder, plan); // a run may have begun and ended meanwhile, on another machine
                return new Tenancy(folder, lease);
            } catch (RunFailedException e) {
                lease.close();
                throw e;
            }
        } catch (IOException | RunFailedException | InterruptedException e) {
            folder.close();
            throw e;
        }
    }

    private static void requireUsable(RunFolder folder, RunPlan plan) throws RunFailedException {
        if (folder.holdsARun() && !plan.resume()) {
            throw new RunFailedException(
                    Kind.INPUT,
                    "run folder " + plan.directory()
                            + " holds an earlier run; go on with it by --resume or choose another folder with --run",
                    null);
        }
    }

    private static RunLease take(RunPlan plan, Vacancy found, Consumer<String> onLost)
            throws IOException, RunFailedException {
        try {
            return RunLease.take(
                    RunFolder.lease(plan.directory()), found, machine(), lapse(plan), System::nanoTime, onLost);
        } catch (RunLease.LostException e) {
            throw new RunFailedException(
                    Kind.FOLDER_IN_USE, "run folder " + plan.directory() + " is in use: " + e.getMessage(), e);
        }
    }

    /** The lease of a folder whose lock this process has, once it is certain that no process of another machine has it. */
    private static Vacancy vacancy(RunPlan plan) throws IOException, RunFailedException, InterruptedException {
        LeaseFile file = RunFolder.lease(plan.directory());
        Optional<LeaseFile.Claim> claim = file.read();
        // a process of this machine would still hold the folder's lock
        if (claim.isPresent() && claim.get().machine().equals(machine())) {
            return LeaseWatch.vacant(claim.get());
        }
        var watch = new LeaseWatch(file, lapse(plan), System::nanoTime);
        Optional<Vacancy> found = watch.vacancy();
        if (found.isEmpty()) {
            LOG.info(
                    "{} has this run, or had it; waiting {} s for a sign of life",
                    watch.owner(),
                    lapse(plan).toSeconds());
        }
        while (found.isEmpty()) {
            if (claim.isPresent() && watch.wasRenewed(claim.get())) {
                throw new RunFailedException(
                        Kind.FOLDER_IN_USE,
                        "run folder " + plan.directory() + " is in use by " + watch.owner()
                                + "; wait for it to end or choose another folder with --run",
                        null);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            found = watch.vacancy();
        }
        return found.get();
    }

    RunFolder folder() {
        return folder;
    }

    RunLease lease() {
        return lease;
    }

    @Override
    public void close() throws IOException {
        lease.close();
        folder.close();
    }

    private static Duration lapse(RunPlan plan) {
        return plan.settings().cluster().takeoverAfter();
    }

    private static String machine() throws IOException {
        return InetAddress.getLocalHost().getHostName();
    }
}
