package io.troupe.verifier;

/**
 * A budget of steps. Graders count their work in it instead of looking at a clock, so that a verdict is the same on any machine under any load. Not
 * safe for several threads: each judgement has its own.
 */
public final class Fuel {

    private final long budget;
    private long left;

    /**
     * A full tank.
     *
     * @param budget how many steps may be taken, at least 0
     */
    public Fuel(long budget) {
        if (budget < 0) {
            throw new IllegalArgumentException("fuel must be >= 0, not " + budget);
        }
        this.budget = budget;
        this.left = budget;
    }

    /**
     * Takes steps from the budget.
     *
     * @param steps how many, at least 0
     * @throws FuelExhaustedException if fewer are left; then none is left
     */
    public void spend(long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException("steps must be >= 0, not " + steps);
        }
        if (steps > left) {
            left = 0;
            throw new FuelExhaustedException(budget);
        }
        left -= steps;
    }

    /** How many steps are left. */
    public long left() {
        return left;
    }
}
