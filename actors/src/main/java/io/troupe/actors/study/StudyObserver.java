package io.troupe.actors.study;

import java.util.Collection;

/** Is told how a study goes on; never by two threads at once. */
public interface StudyObserver {

    /** The study begins, with these results of before. */
    default void onStart(Collection<CellResult> results) {}

    /** A run made an update. */
    default void onUpdate(Cell cell, long step) {}

    /**
     * A run is begun, gone on with, or begun again.
     *
     * @param attempt from 1
     * @param resume whether it goes on from a checkpoint
     */
    default void onBegin(Cell cell, int attempt, boolean resume) {}

    /**
     * A run ended, and its result is on disk.
     *
     * @param result what it came to
     * @param all all results so far
     */
    default void onEnd(CellResult result, Collection<CellResult> all) {}
}
