package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;

/**
 * Whether two answers are equal: by structure, by exact fractions, by the algebra of polynomials and sets, and at last by ball arithmetic at points that
 * depend on the two answers alone, so that a verdict repeats. Stateless; safe for any thread.
 */
public final class AnswerEquality {

    private AnswerEquality() {}

    /**
     * Compares.
     *
     * @param gold the right answer
     * @param prediction the answer to judge; the comparison is not symmetric where the policies say so: a gold relation may be solved, a predicted one is not
     * @param policies what counts as equal
     * @param fuel pays for every step; when it runs out, the result is {@link Decision.Result#UNDECIDED}
     * @return the result with the rule that led to it; never an exception
     */
    public static Decision decide(Answer gold, Answer prediction, Policies policies, Fuel fuel) {
        Decision decision = judged(gold.expression(), prediction.expression(), policies, fuel);
        boolean stuck = decision.result() == Decision.Result.UNDECIDED;
        if (stuck && NormalForm.lackOfValue(gold.expression(), fuel).isEmpty()) {
            return NormalForm.lackOfValue(prediction.expression(), fuel)
                    .map(why -> Decision.different("the prediction has no value: " + why))
                    .orElse(decision);
        }
        return decision;
    }

    private static Decision judged(Expression gold, Expression prediction, Policies policies, Fuel fuel) {
        try {
            if (Evaluation.isUnfinished(gold, prediction, policies)) {
                return Decision.different("the prediction is an unfinished computation");
            }
            return new Judge(policies, fuel).decide(gold, WholeParameter.named(gold, prediction, fuel));
        } catch (FuelExhaustedException e) {
            return Decision.undecided("out of fuel");
        } catch (UndefinedValueException e) {
            // Words beside a number are a wrong answer, not one that nobody can judge.
            return e.isNoNumber() ? Decision.different(e.getMessage()) : Decision.undecided(e.getMessage());
        }
    }
}
