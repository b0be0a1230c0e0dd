package io.troupe.verifier.math;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;

/** The grader of {@code math/arithmetic} by name. Stateless, safe for any thread. */
public final class ArithmeticGraders implements GraderProvider {

    /** The graders; found by the service loader. */
    public ArithmeticGraders() {}

    @Override
    public String id() {
        return Arithmetic.ID;
    }

    @Override
    public String summary() {
        return "a whole number in the last <answer> block, by value";
    }

    @Override
    public String goldFormat() {
        return "a whole number, such as -42";
    }

    @Override
    public Grader grader(String profile) {
        if (!profile.equals(ONLY_PROFILE)) {
            throw new IllegalArgumentException(id() + " has no profile '" + profile + "'. Known: " + profiles());
        }
        return Arithmetic::judge;
    }

    @Override
    public long budget() {
        return Arithmetic.FUEL;
    }
}
