package io.troupe.actors.replay;

/** A run cannot be replayed: something is missing or damaged. The message names it, and says what can be done. */
public final class ReplayException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean misuse;

    private ReplayException(String message, boolean misuse) {
        super(message);
        this.misuse = misuse;
    }

    /** What was asked for is not there. */
    static ReplayException asked(String message) {
        return new ReplayException(message, true);
    }

    /** What was recorded is not as it was written. */
    static ReplayException damaged(String message) {
        return new ReplayException(message, false);
    }

    /** Whether something was asked for that there is not; otherwise what is there is damaged. */
    public boolean isMisuse() {
        return misuse;
    }
}
