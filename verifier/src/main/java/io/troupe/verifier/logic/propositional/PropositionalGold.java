package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The gold of a task: what is known, and one conclusion.
 *
 * @param variables the variables, a capital letter each
 * @param premises the premises
 * @param example a conclusion that counts
 */
record PropositionalGold(List<String> variables, List<String> premises, String example) {

    private static final long PARSING_FUEL = 1_000_000;

    PropositionalGold {
        variables = List.copyOf(variables);
        premises = List.copyOf(premises);
        if (variables.size() > Formula.MOST_VARIABLES
                || variables.stream().anyMatch(variable -> !isLetter(variable))
                || example == null
                || read(variables, premises).filter(Premises::satisfiable).isEmpty()) {
            throw new IllegalArgumentException(
                    "there must be at most six variables, and premises over them that can be true together");
        }
    }

    private static boolean isLetter(String variable) {
        return variable.length() == 1 && variable.charAt(0) >= 'A' && variable.charAt(0) <= 'Z';
    }

    /** The premises, read. */
    Premises known() {
        return read(variables, premises).orElseThrow();
    }

    private static Optional<Premises> read(List<String> variables, List<String> premises) {
        List<Formula> formulas = new ArrayList<>();
        for (String premise : premises) {
            FormulaParser.parse(premise, variables, new Fuel(PARSING_FUEL)).ifPresent(formulas::add);
        }
        return formulas.size() == premises.size() && !formulas.isEmpty()
                ? Optional.of(new Premises(variables.size(), formulas))
                : Optional.empty();
    }
}
