package io.troupe.verifier.logic;

/** How an answer to a knights-and-knaves puzzle is read. The rewards are the same. */
public enum ScoringMode {
    /**
     * As Logic-RL reads it: the sentences "NAME is a ROLE" may stand anywhere in the answer, so that "not: Zoey is a knight" counts as the claim it
     * denies.
     */
    PEER_COMPATIBLE,
    /** The answer holds the sentences "NAME is a ROLE", once for each name, and beside them only numbering, punctuation and the word "and". */
    STRICT
}
