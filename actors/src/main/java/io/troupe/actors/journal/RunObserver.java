package io.troupe.actors.journal;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * Sees a run go by. Every method is called on one thread of the run's own, never two at a time and in the order in which things
 * happened; a slow observer delays only itself. What an observer throws is logged once and changes nothing in the run.
 */
public interface RunObserver {

    /** An observer that looks away. */
    RunObserver NONE = new RunObserver() {};

    /** An update was made. */
    default void onStep(StepMetrics step) {}

    /** An evaluation came to its end. */
    default void onEvaluation(EvaluationMetrics evaluation) {}

    /** An evaluation goes on: {@code done} of {@code total} tasks are judged. */
    default void onEvaluationProgress(String when, int done, int total) {}

    /** Something happened that a person may want to know: a phase began, a checkpoint was written, a group was discarded. */
    default void onEvent(RunEvent event) {}

    /** What the run waits for at this moment, in human words, the most telling line first. Called about once a second. */
    default void onWaiting(List<String> lines) {}

    /**
     * Something that happened.
     *
     * @param time when
     * @param name what, as one short word that stays the same, such as {@code "checkpoint"} or {@code "discarded"}
     * @param message the same in human words
     */
    record RunEvent(Instant time, String name, String message) {}

    /**
     * A finished evaluation.
     *
     * @param time when it ended
     * @param when {@code "before"} for the policy that the run started from, {@code "after"} for the one that it made
     * @param version the policy version
     * @param tasks how many tasks a family were asked for
     * @param families success per family: the share of tasks solved, of those that could be judged; in 0..1
     * @param failed tasks that could not be judged, because something of ours failed, over all families
     * @param seconds wall time
     */
    record EvaluationMetrics(
            Instant time,
            String when,
            long version,
            int tasks,
            SortedMap<String, Double> families,
            int failed,
            double seconds) {}
}
