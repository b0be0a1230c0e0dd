package io.troupe.actors.journal;

import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import io.troupe.actors.journal.RunObserver.RunEvent;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the journal of a run on a thread of its own: into {@code metrics.jsonl}, into the process's log, and to the observer.
 * {@link #close} waits until everything is written, at most {@value #CLOSE_SECONDS} seconds.
 */
public final class RunJournal implements Journal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);
    private static final int CLOSE_SECONDS = 10;

    private final MetricsLog metrics;
    private final RunObserver observer;
    private final Clock clock;
    private final AtomicBoolean observerFailed = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread created = new Thread(task, "troupe-journal");
        created.setDaemon(true);
        return created;
    });

    public RunJournal(MetricsLog metrics, RunObserver observer, Clock clock) {
        this.metrics = metrics;
        this.observer = observer;
        this.clock = clock;
    }

    @Override
    public void event(String name, String message) {
        RunEvent event = new RunEvent(clock.instant(), name, message);
        LOG.info("{}: {}", name, message);
        submit(() -> metrics.event(event), () -> observer.onEvent(event));
    }

    @Override
    public void step(StepMetrics step) {
        submit(() -> metrics.step(step), () -> observer.onStep(step));
    }

    @Override
    public void evaluation(EvaluationMetrics evaluation) {
        submit(() -> metrics.evaluation(evaluation), () -> observer.onEvaluation(evaluation));
    }

    @Override
    public void evaluationProgress(String when, int done, int total) {
        submit(() -> {}, () -> observer.onEvaluationProgress(when, done, total));
    }

    @Override
    public void waiting(List<String> lines) {
        List<String> copy = List.copyOf(lines);
        submit(() -> {}, () -> observer.onWaiting(copy));
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "the observer of the run did not finish within {} s; what it has not seen is lost to it",
                        CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        metrics.close();
    }

    private void submit(Runnable record, Runnable show) {
        try {
            thread.execute(() -> {
                record.run();
                try {
                    show.run();
                } catch (RuntimeException e) {
                    if (observerFailed.compareAndSet(false, true)) {
                        LOG.warn("the observer of the run failed; the run goes on: {}", e.toString(), e);
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("an entry came after the end of the journal", e);
        }
    }
}
