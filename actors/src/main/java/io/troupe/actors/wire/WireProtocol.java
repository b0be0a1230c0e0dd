package io.troupe.actors.wire;

/** The language that nodes of a cluster speak to each other. */
public final class WireProtocol {

    /**
     * Its version. Raised when a node of the version before could not take part any more: a message that it must understand was added, or one changed its
     * meaning. Fields that are only added leave it as it is.
     */
    public static final int VERSION = 1;

    private WireProtocol() {}
}
