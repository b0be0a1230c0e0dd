package io.troupe.verifier;

/** A judgement needed more steps than its budget: it is {@link Outcome#UNDECIDED}, or a tool refuses. */
public final class FuelExhaustedException extends RuntimeException {

    /**
     * An empty tank.
     *
     * @param budget how many steps it held
     */
    public FuelExhaustedException(long budget) {
        super("the budget of " + budget + " steps is used up");
    }
}
