package io.troupe.rollout;

import io.troupe.policy.PolicyTokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a turn is over, judged after each token: the same for every engine, so that a trajectory does not depend on who sampled it.
 *
 * @param endOfTurn tokens with which the policy ends a turn
 * @param maxLength the most tokens that the engine can have in a sequence
 */
record TurnRule(PolicyTokenizer tokenizer, List<Integer> endOfTurn, int maxLength) {

    /** Ends the sequence's turn if its last token does, and says whether it did. */
    boolean apply(Sequence sequence) {
        Sequence.TurnEnd end = endOf(sequence);
        if (end != null) {
            sequence.endTurn(end);
        }
        return end != null;
    }

    /** The most tokens of a trajectory. */
    int limit(SamplingParams sampling) {
        return Math.min(sampling.maxTrajectoryTokens(), maxLength);
    }

    /** How many tokens the sequence's turn may have from here on. */
    int room(Sequence sequence) {
        SamplingParams sampling = sequence.sampling();
        return Math.min(sampling.maxTurnTokens() - sequence.turnLength(), limit(sampling) - sequence.length());
    }

    /** Refuses a prompt that leaves no room for a token. */
    void requireRoom(int[] prompt, SamplingParams sampling) {
        if (prompt.length == 0 || prompt.length >= limit(sampling)) {
            throw new IllegalArgumentException("a prompt of " + prompt.length
                    + " tokens leaves no room in a trajectory of at most " + limit(sampling)
                    + "; raise rollout.max-trajectory-tokens");
        }
    }

    private Sequence.@Nullable TurnEnd endOf(Sequence sequence) {
        SamplingParams sampling = sequence.sampling();
        if (endOfTurn.contains(sequence.lastToken())) {
            return Sequence.TurnEnd.END_OF_TURN;
        }
        if (!sampling.stop().isEmpty() && containsStop(sequence)) {
            return Sequence.TurnEnd.STOP_STRING;
        }
        return room(sequence) <= 0 ? Sequence.TurnEnd.LENGTH : null;
    }

    private boolean containsStop(Sequence sequence) {
        String text = tokenizer.decode(sequence.turnTokens());
        return sequence.sampling().stop().stream().anyMatch(text::contains);
    }
}
