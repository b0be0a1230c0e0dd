package io.troupe.actors.cli;

import io.troupe.actors.node.MemoryNeeds;

/** Refuses what cannot fit into memory, before anything is loaded. */
final class MemoryGate {

    private MemoryGate() {}

    /**
     * Passes or refuses.
     *
     * @param advice what the verb's options can do about it
     */
    static void require(MemoryNeeds needs, String advice) {
        needs.shortage().ifPresent(shortage -> {
            throw new VerbException(ExitCode.USAGE, shortage + "\n" + advice);
        });
    }
}
