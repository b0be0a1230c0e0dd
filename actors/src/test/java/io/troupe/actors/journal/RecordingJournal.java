package io.troupe.actors.journal;

import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal that keeps its entries for a test to read. Thread-safe. */
public final class RecordingJournal implements Journal {

    private record Entry(String name, String message) {}

    private final List<Entry> events = new CopyOnWriteArrayList<>();
    private final List<StepMetrics> steps = new CopyOnWriteArrayList<>();

    /** The messages of the events of one name. */
    public List<String> messages(String name) {
        return events.stream()
                .filter(entry -> entry.name().equals(name))
                .map(Entry::message)
                .toList();
    }

    /** The steps. */
    public List<StepMetrics> steps() {
        return steps;
    }

    @Override
    public void event(String name, String message) {
        events.add(new Entry(name, message));
    }

    @Override
    public void step(StepMetrics step) {
        steps.add(step);
    }

    @Override
    public void evaluation(EvaluationMetrics evaluation) {}

    @Override
    public void evaluationProgress(String when, int done, int total) {}

    @Override
    public void waiting(List<String> lines) {}
}
