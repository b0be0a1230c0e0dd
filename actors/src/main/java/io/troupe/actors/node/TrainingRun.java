package io.troupe.actors.node;

import io.troupe.actors.journal.RunObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One training run in this process: locks the run folder, starts the node, trains, evaluates, writes {@code summary.json} and
 * ends the node. Thread-safe; a run executes once.
 *
 * <p>SIGTERM and Ctrl-C drain it: the current update is finished, a checkpoint is written and {@link #execute} returns with
 * {@link RunSummary.Ending#STOPPED}.
 */
public final class TrainingRun {

    private final RunPlan plan;
    private final RunObserver observer;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private TrainingRun(RunPlan plan, RunObserver observer) {
        this.plan = plan;
        this.observer = observer;
    }

    public static TrainingRun of(RunPlan plan, RunObserver observer) {
        return new TrainingRun(plan, observer);
    }

    /**
     * Trains to the end; blocks until then.
     *
     * @throws RunFailedException if the run cannot start or cannot go on
     * @throws InterruptedException if this thread is interrupted; the run is drained first
     */
    public RunSummary execute() throws RunFailedException, InterruptedException {
        try (RunFolder folder = RunFolder.open(plan.directory())) {
            if (folder.holdsARun() && !plan.resume()) {
                throw new RunFailedException(
                        RunFailedException.Kind.INPUT,
                        "run folder " + plan.directory()
                                + " holds an earlier run; go on with it by --resume or choose another folder with --run",
                        null);
            }
            throw new RunFailedException(RunFailedException.Kind.FAILED, "no node to run on yet for " + observer, null);
        } catch (IOException e) {
            throw new RunFailedException(RunFailedException.Kind.FAILED, "cannot release " + plan.directory(), e);
        }
    }

    /** Asks the run to drain. Returns at once; {@link #execute} returns when it is done. */
    public void stop() {
        stopping.set(true);
    }
}
