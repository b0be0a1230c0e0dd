package io.troupe.actors.journal;

import io.troupe.actors.journal.RunObserver.EvaluationMetrics;
import java.util.List;

/**
 * Where the parts of a run write down what they do. Calls return at once and never throw: what becomes of an entry has no effect
 * on the run. Thread-safe.
 */
public interface Journal {

    /**
     * Something happened.
     *
     * @param name what, as one short word that stays the same
     * @param message the same in human words
     */
    void event(String name, String message);

    /** An update was made. */
    void step(StepMetrics step);

    /** An evaluation came to its end. */
    void evaluation(EvaluationMetrics evaluation);

    /** An evaluation goes on. */
    void evaluationProgress(String when, int done, int total);

    /** What the run waits for, the most telling line first. */
    void waiting(List<String> lines);
}
