package io.troupe.verifier.logic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an answer to a knights-and-knaves puzzle is read and rewarded. */
public enum ScoringMode {
    /**
     * Logic-RL's rewards; the answer holds the sentences "NAME is a ROLE", once for each name, and beside them only numbering, punctuation and the word
     * "and".
     */
    @JsonProperty("strict")
    STRICT,
    /**
     * As Logic-RL: the sentences "NAME is a ROLE" may stand anywhere in the answer, so that "not: Zoey is a knight" counts as the claim it denies.
     */
    @JsonProperty("logic-rl")
    LOGIC_RL,
    /** As reasoning-gym: pairs of a name and a role, 0.3 + 0.7 m/n for m of n right ones; the thinking is not looked at. */
    @JsonProperty("reasoning-gym")
    REASONING_GYM
}
