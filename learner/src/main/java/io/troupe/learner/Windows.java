package io.troupe.learner;

import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The turns of a masked diffusion policy as it sees them: all that was said before, then a window, which is filled up with ends of turn. Immutable.
 *
 * @param endOfTurn what fills a window
 */
record Windows(int endOfTurn) {

    /** A turn: what was said before as the prefix, its window as the rest, all of which is scored. */
    ScoredSequence turn(int[] context, int[] said, int window) {
        if (said.length > window) {
            throw new IllegalArgumentException(
                    "a turn of " + said.length + " tokens does not fit the policy's window of " + window + " places");
        }
        int[] places = Arrays.copyOf(said, window);
        Arrays.fill(places, said.length, window, endOfTurn);
        var scored = new boolean[window];
        Arrays.fill(scored, true);
        return new ScoredSequence(context, places, scored);
    }

    /**
     * The turns of a trajectory.
     *
     * @throws IllegalArgumentException if a policy that predicts the next token sampled it
     */
    List<ScoredSequence> turns(Trajectory trajectory) {
        var turns = new ArrayList<ScoredSequence>();
        int[] before = {};
        for (Segment segment : trajectory.getSegmentsList()) {
            int[] tokens = segment.getTokenIdsList().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            if (segment.getSource() == Source.SOURCE_POLICY) {
                if (segment.getWindow() == 0) {
                    throw new IllegalArgumentException(
                            "trajectory " + trajectory.getIndex() + " says of no window that it was sampled in:"
                                    + " a masked diffusion policy did not sample it");
                }
                turns.add(turn(before, tokens, segment.getWindow()));
            }
            int from = before.length;
            before = Arrays.copyOf(before, from + tokens.length);
            System.arraycopy(tokens, 0, before, from, tokens.length);
        }
        return turns;
    }
}
