package io.troupe.verifier.logic;

import java.util.SplittableRandom;

/** A puzzle as it is put to the policy. Immutable. */
public interface PosedPuzzle {

    /** What the user asks. */
    String question();

    /** The gold, in the format of the family's grader. */
    String gold();

    /** A turn that works the answer out in few words and gives it. */
    String sound();

    /**
     * A turn that gives a wrong answer without working.
     *
     * @param random which wrong answer
     * @return the turn
     */
    String hasty(SplittableRandom random);
}
