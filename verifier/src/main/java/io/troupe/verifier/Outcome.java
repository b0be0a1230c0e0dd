package io.troupe.verifier;

/** How an episode was judged. */
public enum Outcome {
    /** The answer is right. */
    CORRECT,
    /** An answer was found and is wrong. */
    WRONG,
    /** No answer was found. */
    NO_ANSWER,
    /** Something stood where the answer belongs, but it could not be read. */
    UNPARSABLE_ANSWER,
    /** The task's own gold could not be read. */
    UNPARSABLE_GOLD,
    /** The grader ran out of {@link Fuel}. */
    UNDECIDED,
    /** The grader or environment failed. */
    ERROR;

    /** Whether the policy is to be rewarded for it. The others are failures of ours: never a reward, never trained on. */
    public boolean carriesReward() {
        return switch (this) {
            case CORRECT, WRONG, NO_ANSWER, UNPARSABLE_ANSWER -> true;
            case UNPARSABLE_GOLD, UNDECIDED, ERROR -> false;
        };
    }
}
