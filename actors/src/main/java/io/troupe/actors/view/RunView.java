package io.troupe.actors.view;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.node.RunSummary;

/** Shows a run to a person while it goes on, and what came of it. */
public interface RunView extends RunObserver, AutoCloseable {

    /** Shows what the run came to. Called once, after the last of the observer's methods. */
    void finish(RunSummary summary);

    /** Leaves the terminal as it was found. Idempotent. */
    @Override
    void close();
}
