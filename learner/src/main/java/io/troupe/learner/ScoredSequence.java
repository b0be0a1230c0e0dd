package io.troupe.learner;

import java.util.Arrays;

/**
 * A sequence of tokens, some of which are scored. Its prefix may be shared with others and is never scored.
 *
 * @param prefix {@code [p]} tokens that others may share, such as a group's prompt; may be empty
 * @param rest {@code [n]} the tokens after the prefix
 * @param scored {@code [n]} which of them are scored; the first only if the prefix is not empty
 */
record ScoredSequence(int[] prefix, int[] rest, boolean[] scored) {

    ScoredSequence {
        if (scored.length != rest.length) {
            throw new IllegalArgumentException(rest.length + " tokens but " + scored.length + " flags");
        }
        if (prefix.length == 0 && scored.length > 0 && scored[0]) {
            throw new IllegalArgumentException("nothing predicts the first token of a sequence");
        }
    }

    int length() {
        return prefix.length + rest.length;
    }

    int scoredTokens() {
        int count = 0;
        for (boolean flag : scored) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    /** The tokens that are scored, {@code [scored]}. */
    int[] sampledTokens() {
        var tokens = new int[scoredTokens()];
        int next = 0;
        for (int i = 0; i < rest.length; i++) {
            if (scored[i]) {
                tokens[next++] = rest[i];
            }
        }
        return tokens;
    }

    /** Which scored tokens are the last before something that is not scored, or the last of all: {@code [scored]}. */
    boolean[] turnEnds() {
        var ends = new boolean[scoredTokens()];
        int next = 0;
        for (int i = 0; i < rest.length; i++) {
            if (scored[i]) {
                ends[next++] = i + 1 == rest.length || !scored[i + 1];
            }
        }
        return ends;
    }

    boolean sharesPrefixWith(ScoredSequence other) {
        return Arrays.equals(prefix, other.prefix);
    }
}
