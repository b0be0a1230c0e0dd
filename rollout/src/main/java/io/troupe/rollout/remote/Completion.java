package io.troupe.rollout.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A turn that a server sampled.
 *
 * @param tokens what was sampled, or null where the server says it as text alone
 * @param pieces the text of each token, where the server gives no ids; else empty
 * @param text the whole text, where the server gives no ids; else empty
 * @param logProbabilities one a token
 * @param finish why it ended
 * @param best the log-probability of the likeliest first token; NaN if it was not asked for
 * @param weightVersion which weights the server says it sampled from; null if it does not say
 */
public record Completion(
        int @Nullable [] tokens,
        List<String> pieces,
        String text,
        float[] logProbabilities,
        Finish finish,
        float best,
        @Nullable String weightVersion) {

    /** Why a turn ended, in the server's eyes. */
    public enum Finish {
        /** An end-of-turn token or a stop string. */
        STOP,
        /** The most tokens that were asked for. */
        LENGTH,
        /** The server gave it up. */
        ABORTED
    }

    /** Holds the numbers of tokens and log-probabilities against each other. */
    public Completion {
        int count = tokens == null ? pieces.size() : tokens.length;
        if (count != logProbabilities.length) {
            throw new RemoteException(
                    RemoteException.Kind.WRONG_COUNTS,
                    logProbabilities.length + " log-probabilities for " + count + " tokens");
        }
    }
}
