package io.troupe.verifier;

/**
 * Judges a finished text against a gold. A pure function of its arguments: it only parses, never runs what it reads, counts its work in {@link Fuel}
 * instead of looking at a clock, and so gives the same verdict on any machine under any load. Safe for any thread.
 */
@FunctionalInterface
public interface Grader {

    /**
     * Judges a text.
     *
     * @param gold the right answer, in the grader's own gold format
     * @param prediction what the policy wrote, its prefill included
     * @param fuel pays for the work
     * @return the verdict
     * @throws FuelExhaustedException if the work needs more fuel
     */
    Verdict grade(String gold, String prediction, Fuel fuel);

    /**
     * Judges a text within a budget.
     *
     * @param gold the right answer, in the grader's own gold format
     * @param prediction what the policy wrote, its prefill included
     * @param budget the steps that the judgement may take, at least 0
     * @return the verdict; {@link Outcome#UNDECIDED} if the budget did not suffice
     */
    default Verdict judge(String gold, String prediction, long budget) {
        try {
            return grade(gold, prediction, new Fuel(budget));
        } catch (FuelExhaustedException e) {
            return Verdict.withoutReward(Outcome.UNDECIDED, e.getMessage());
        }
    }
}
