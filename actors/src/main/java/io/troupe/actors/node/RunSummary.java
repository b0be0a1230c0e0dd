package io.troupe.actors.node;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to. {@code summary.json} holds the same in snake case.
 *
 * @param runId the run's id
 * @param ending why it ended
 * @param families held-out success per family
 * @param steps updates made, those before a resume included
 * @param seconds wall time, earlier incarnations included
 * @param tokensSampled tokens sampled by the policy in training
 * @param tokensTrained tokens trained on
 * @param groupsDiscarded groups given up, by reason
 * @param policyDigest SHA-256 of the last policy version's weights, in hexadecimal
 */
public record RunSummary(
        String runId,
        Ending ending,
        SortedMap<String, Family> families,
        long steps,
        double seconds,
        long tokensSampled,
        long tokensTrained,
        SortedMap<String, Long> groupsDiscarded,
        String policyDigest) {

    /** Why a run ended in order. */
    public enum Ending {
        /** All steps were made. */
        STEPS,
        /** The time limit was reached. */
        TIME_LIMIT,
        /** It was asked to stop, by a signal or by {@link TrainingRun#stop}; it can be resumed. */
        STOPPED
    }

    /**
     * Held-out success of one family, in 0..1; null where it was not measured.
     *
     * @param before of the policy that the run started from
     * @param after of the policy that the run made
     */
    public record Family(@Nullable Double before, @Nullable Double after) {}
}
