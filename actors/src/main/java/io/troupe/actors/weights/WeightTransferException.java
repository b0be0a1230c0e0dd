package io.troupe.actors.weights;

import java.io.IOException;

/** A file could not be fetched. The message says from whom and why; what arrived and was verified is kept for the next try. */
public final class WeightTransferException extends IOException {

    /** What went wrong, by what can be done. */
    public enum Kind {
        /** The other end is not there, did not answer in time, was busy or broke off: another try may help. */
        UNREACHABLE,
        /** What arrived is not what the manifest says: another source may help. */
        CORRUPT,
        /** The other end does not have the file: ask for the newest version again. */
        ABSENT,
        /** The other end is of another run, epoch or protocol, or its certificate is not accepted: no try will help. */
        FOREIGN,
        /** An older version than the one that is here already: no try will help. */
        OUT_OF_ORDER,
        /** This node cannot keep the file: its disk is full, or it may not write there. */
        DISK
    }

    private final Kind kind;

    public WeightTransferException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public WeightTransferException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the same request may succeed later. */
    public boolean retriable() {
        return kind == Kind.UNREACHABLE || kind == Kind.CORRUPT;
    }
}
