package io.troupe.actors.journal;

import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of a node without a run folder: events go into the process's log, and the rest is the learner's node's to write. Thread-safe. */
public final class LogJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(LogJournal.class);

    @Override
    public void event(String name, String message) {
        LOG.info("{}: {}", name, message);
    }

    @Override
    public void step(StepMetrics step) {}

    @Override
    public void evaluation(EvaluationMetrics evaluation) {}

    @Override
    public void evaluationProgress(String when, int done, int total) {}

    @Override
    public void waiting(List<String> lines) {}
}
