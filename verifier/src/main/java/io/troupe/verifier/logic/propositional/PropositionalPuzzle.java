package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PosedPuzzle;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Premises in symbols. Immutable.
 *
 * @param premises what is known
 */
record PropositionalPuzzle(Premises premises) implements PosedPuzzle {

    private static final List<String> LETTERS = List.of("P", "Q", "R", "S", "T", "U");

    private List<String> variables() {
        return LETTERS.subList(0, premises.variables());
    }

    private List<String> lines() {
        return premises.formulas().stream()
                .map(formula -> formula.text(variables()))
                .toList();
    }

    private String example() {
        return premises.shortest().orElseThrow().text(variables());
    }

    @Override
    public String question() {
        var text = new StringBuilder("Premises:");
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            text.append("\n%d. %s".formatted(i + 1, lines.get(i)));
        }
        return text.append("\nWhat follows?").toString();
    }

    @Override
    public String gold() {
        return GoldJson.write(new PropositionalGold(variables(), lines(), example()));
    }

    /** The assignments under which all premises are true, then what is true under all of them: {@code P=T Q=F}. */
    @Override
    public String sound() {
        var working = new StringBuilder("All premises are true for:");
        for (int assignment = 0; assignment < 1 << premises.variables(); assignment++) {
            if (((premises.models() >> assignment) & 1) == 1) {
                working.append('\n');
                for (int variable = 0; variable < premises.variables(); variable++) {
                    working.append(variable == 0 ? "" : " ")
                            .append(LETTERS.get(variable))
                            .append(((assignment >> variable) & 1) == 1 ? "=T" : "=F");
                }
            }
        }
        return working + "\n" + answer(example());
    }

    /** A literal that does not follow: of a variable and its negation at most one does. */
    @Override
    public String hasty(SplittableRandom random) {
        List<Formula> wrong = new ArrayList<>();
        for (int number = 0; number < premises.variables(); number++) {
            var variable = new Formula.Variable(number);
            for (Formula literal : List.of(variable, new Formula.Not(variable))) {
                if (premises.standing(literal) == Premises.Standing.NOT_ENTAILED) {
                    wrong.add(literal);
                }
            }
        }
        return "Just a guess.\n"
                + answer(wrong.get(random.nextInt(wrong.size())).text(variables()));
    }

    private static String answer(String formula) {
        return "<answer>" + formula + "</answer>";
    }
}
