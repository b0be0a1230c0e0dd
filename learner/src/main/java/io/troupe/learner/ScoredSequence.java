package io.troupe.learner;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of tokens, some of which are scored. Its prefix may be shared with others and is never scored.
 *
 * @param prefix {@code [p]} tokens that others may share, such as a group's prompt; may be empty
 * @param rest {@code [n]} the tokens after the prefix
 * @param scored {@code [n]} which of them are scored; the first only if the prefix is not empty
 * @param seen {@code [n]} what a masked diffusion policy sees in place of the rest: each scored token is predicted in its own place, from all others. Null if each is
 *     predicted from those before it
 * @param weight what the log-probability of each of its scored tokens counts; 1 but for parts of an estimate
 */
record ScoredSequence(int[] prefix, int[] rest, boolean[] scored, int @Nullable [] seen, double weight) {

    ScoredSequence {
        if (scored.length != rest.length || (seen != null && seen.length != rest.length)) {
            throw new IllegalArgumentException(rest.length + " tokens but " + scored.length + " flags"
                    + (seen == null ? "" : ", " + seen.length + " tokens in their place"));
        }
        if (prefix.length == 0 && scored.length > 0 && scored[0]) {
            throw new IllegalArgumentException("nothing predicts the first token of a sequence");
        }
    }

    /** Tokens that are predicted from those before them. */
    ScoredSequence(int[] prefix, int[] rest, boolean[] scored) {
        this(prefix, rest, scored, null, 1);
    }

    /** The same tokens with some of the rest masked, and only these scored. */
    ScoredSequence masked(boolean[] places, int maskToken, double weighing) {
        int[] behind = rest.clone();
        for (int i = 0; i < behind.length; i++) {
            behind[i] = places[i] ? maskToken : behind[i];
        }
        return new ScoredSequence(prefix, rest, places, behind, weighing);
    }

    /** The token that the policy sees after the prefix. */
    int seenAt(int place) {
        return seen == null ? rest[place] : seen[place];
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

    /** Whether the prefix needs to be computed once only: never where it sees what comes after it. */
    boolean sharesPrefixWith(ScoredSequence other) {
        return seen == null && other.seen == null && Arrays.equals(prefix, other.prefix);
    }
}
