package io.troupe.actors.study;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.troupe.actors.node.RunSummary;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a study came to: a line of {@code results.jsonl}, there in snake case. Immutable by convention: nobody writes into its arrays.
 *
 * @param tasks the name of its set of tasks
 * @param variant the name of its variant
 * @param seed its seed
 * @param state whether it ended in order
 * @param reason why it failed, or null
 * @param attempts how often it was begun
 * @param families held-out success per family, before and after
 * @param steps updates made
 * @param seconds wall time
 * @param tokensSampled tokens sampled in training
 * @param tokensTrained tokens trained on
 * @param groupsDiscarded groups given up, by reason
 * @param policyDigest SHA-256 of the weights that it ended with, or null
 * @param configSha256 SHA-256 of {@code config}
 * @param config the whole configuration, as HOCON
 * @param troupe the version and commit of Troupe that ran it
 * @param finished when it ended, in ISO 8601
 * @param series what was measured update by update
 */
public record CellResult(
        String tasks,
        String variant,
        long seed,
        State state,
        @Nullable String reason,
        int attempts,
        SortedMap<String, RunSummary.Family> families,
        long steps,
        double seconds,
        long tokensSampled,
        long tokensTrained,
        SortedMap<String, Long> groupsDiscarded,
        @Nullable String policyDigest,
        String configSha256,
        String config,
        String troupe,
        String finished,
        CellSeries series) {

    /** How a run of a study ended. */
    public enum State {
        @JsonProperty("done")
        DONE,
        @JsonProperty("failed")
        FAILED
    }

    /** A run that failed as often as it was tried. */
    static CellResult failed(Cell cell, String reason, int attempts, String troupe, String finished) {
        return new CellResult(
                cell.tasks(),
                cell.variant(),
                cell.seed(),
                State.FAILED,
                reason,
                attempts,
                new TreeMap<>(),
                0,
                0,
                0,
                0,
                new TreeMap<>(),
                null,
                cell.configurationDigest(),
                cell.configuration(),
                troupe,
                finished,
                CellSeries.NONE);
    }

    /** The name of its cell. */
    @JsonIgnore
    public String name() {
        return Cell.name(tasks, variant, seed);
    }

    /** Whether it ended in order. */
    @JsonIgnore
    public boolean isDone() {
        return state == State.DONE;
    }
}
