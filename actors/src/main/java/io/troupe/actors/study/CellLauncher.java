package io.troupe.actors.study;

import java.io.IOException;
import java.util.function.LongConsumer;

/** Runs cells, several at once. Thread-safe. */
public interface CellLauncher {

    /**
     * Runs a cell to its end; blocks until then.
     *
     * @param cell what to run; its configuration file is written
     * @param resume whether its folder holds a run to go on with
     * @param onUpdate told the number of every update, from another thread or this one
     * @throws IOException if it cannot be begun
     * @throws InterruptedException if this thread is interrupted; the run is ended
     */
    Ending run(Cell cell, boolean resume, LongConsumer onUpdate) throws IOException, InterruptedException;

    /** Asks all that run to save and end. Returns at once; those begun later end at once too. */
    void stop();

    /**
     * How a run of a cell ended.
     *
     * @param kind in which way
     * @param reason why, if it failed; otherwise empty
     */
    record Ending(Kind kind, String reason) {
        /** In which way. */
        public enum Kind {
            /** It came to its end. */
            DONE,
            /** It was asked to stop and can be gone on with. */
            STOPPED,
            /** It could not be begun, or broke. */
            FAILED
        }
    }
}
