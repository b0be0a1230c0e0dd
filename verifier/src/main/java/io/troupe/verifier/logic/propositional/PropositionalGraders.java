package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.Marks;
import io.troupe.verifier.logic.ProfiledGraders;
import io.troupe.verifier.logic.ReasoningGym;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges conclusions: {@code strict}, for which echoes of premises don't count, see {@link Premises}, and {@code reasoning-gym}, which pays for them.
 * Stateless.
 */
public final class PropositionalGraders extends ProfiledGraders {

    static final String ID = "logic/propositional";

    private static final String GOLD_FORMAT = "JSON with the variables, the premises and a conclusion:"
            + " {\"variables\": [\"P\", \"Q\"], \"premises\": [\"P → Q\", \"P\"], \"example\": \"Q\"}; the premises can be true together";
    private static final int LONGEST = 500;
    private static final long CLAUSES_OF_SIX_VARIABLES = 728;

    /** The graders; found by the service loader. */
    public PropositionalGraders() {
        super(
                ID,
                "a formula that follows from several premises together",
                GOLD_FORMAT,
                (gold, text, fuel) -> judged(gold, right -> strict(right, text, fuel)),
                Map.of(REASONING_GYM, (gold, text, fuel) -> judged(gold, right -> reasoningGym(right, text, fuel))));
    }

    private static Verdict judged(String gold, Function<PropositionalGold, Verdict> judge) {
        return GoldJson.read(gold, PropositionalGold.class)
                .map(judge)
                .orElseGet(() -> Marks.unreadableGold(GOLD_FORMAT, gold));
    }

    /** 1 for a conclusion that counts, 0 for anything else. */
    private static Verdict strict(PropositionalGold right, String text, Fuel fuel) {
        return Marks.strictly(text, LONGEST, fuel, answer -> {
            Optional<Formula> formula = FormulaParser.parse(answer, right.variables(), fuel);
            if (formula.isEmpty()) {
                return Marks.unreadable(answer, "the answer is not a formula over " + right.variables());
            }
            fuel.spend(CLAUSES_OF_SIX_VARIABLES);
            return switch (right.known().standing(formula.get())) {
                case CONCLUSION -> Marks.right(answer, "it follows, and from no premise alone");
                case NOT_ENTAILED -> Marks.wrong(answer, "it does not follow");
                case TAUTOLOGY -> Marks.wrong(answer, "it is always true");
                case ECHO -> Marks.wrong(answer, "some of what it says follows from one premise alone");
            };
        });
    }

    /**
     * {@code reasoning_gym/logic/propositional_logic.py}: 1 for what follows, 0.25 if it is a single variable or always true, 0.05 for what does not follow,
     * 0 for another variable or what can't be read.
     *
     * @throws FuelExhaustedException if the text is longer, or has more variables, than the fuel reaches
     */
    private static Verdict reasoningGym(PropositionalGold right, String text, Fuel fuel) {
        Optional<String> found = ReasoningGym.answer(text, fuel);
        if (found.isEmpty() || found.get().isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, 0, null, "no answer");
        }
        String answer = found.get();
        if (!answer.chars()
                .allMatch(c -> c < 'A' || c > 'Z' || right.variables().contains(String.valueOf((char) c)))) {
            return Marks.unreadable(answer, "an unknown variable");
        }
        Optional<GymFormula> formula = GymFormula.parse(answer, fuel);
        if (formula.isEmpty()) {
            return Marks.unreadable(answer, "not a formula");
        }
        GymFormula conclusion = formula.get();
        return switch (GymFormula.standing(right.premises(), conclusion, fuel)) {
            case NOT_ENTAILED -> Marks.of(Outcome.WRONG, GymFormula.TRIED, answer, "it does not follow");
            case TAUTOLOGY -> Marks.of(Outcome.WRONG, GymFormula.TRIVIAL, answer, "it is always true");
            default ->
                conclusion.isVariable()
                        ? Marks.of(Outcome.CORRECT, GymFormula.TRIVIAL, answer, "it follows, but is a single variable")
                        : Marks.right(answer, "it follows");
        };
    }
}
