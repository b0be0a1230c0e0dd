package io.troupe.actors.learning;

import io.troupe.proto.v1.CheckpointManifest;

/**
 * What a run adds up over all its incarnations. Not thread-safe.
 */
final class Totals {

    private final double secondsBefore;
    private final long sampledBefore;
    private long sampledNow;
    private long trained;
    private int skippedInARow;

    /** @param earlier the checkpoint that the run goes on from; the default instance if it is new */
    Totals(CheckpointManifest earlier) {
        secondsBefore = earlier.getSeconds();
        sampledBefore = earlier.getTokensSampled();
        trained = earlier.getTokensTrained();
        skippedInARow = earlier.getSkippedInARow();
    }

    double seconds(double sinceStart) {
        return secondsBefore + sinceStart;
    }

    long tokensSampled() {
        return sampledBefore + sampledNow;
    }

    /** @param now tokens that this process has collected so far */
    void sampled(long now) {
        sampledNow = now;
    }

    long tokensTrained() {
        return trained;
    }

    void trained(long tokens) {
        trained += tokens;
    }

    int skippedInARow() {
        return skippedInARow;
    }

    /** Notes an update and says how many in a row were skipped. */
    int update(boolean skipped) {
        skippedInARow = skipped ? skippedInARow + 1 : 0;
        return skippedInARow;
    }
}
