package io.troupe.verifier.logic.propositional;

import java.util.ArrayList;
import java.util.List;

/**
 * Literals joined by or.
 *
 * @param positive the variables that occur, as bits
 * @param negative the variables that occur negated, as bits
 */
record Clause(int positive, int negative) {

    /** All clauses over so many variables, none of them empty or always true; those with fewer literals come first. */
    static List<Clause> all(int variables) {
        List<Clause> all = new ArrayList<>();
        for (int length = 1; length <= variables; length++) {
            for (int positive = 0; positive < 1 << variables; positive++) {
                for (int negative = 0; negative < 1 << variables; negative++) {
                    if ((positive & negative) == 0
                            && Integer.bitCount(positive) + Integer.bitCount(negative) == length) {
                        all.add(new Clause(positive, negative));
                    }
                }
            }
        }
        return all;
    }

    long table() {
        long table = 0;
        for (int variable = 0; variable < Formula.MOST_VARIABLES; variable++) {
            long own = new Formula.Variable(variable).table();
            table |= ((positive >> variable) & 1) == 1 ? own : 0;
            table |= ((negative >> variable) & 1) == 1 ? ~own : 0;
        }
        return table;
    }

    /** Whether all literals of another clause are here too. */
    boolean holds(Clause other) {
        return (other.positive & ~positive) == 0 && (other.negative & ~negative) == 0;
    }

    String text(List<String> variables) {
        List<String> literals = new ArrayList<>();
        for (int variable = 0; variable < variables.size(); variable++) {
            if (((positive >> variable) & 1) == 1) {
                literals.add(variables.get(variable));
            } else if (((negative >> variable) & 1) == 1) {
                literals.add("¬" + variables.get(variable));
            }
        }
        return String.join(" ∨ ", literals);
    }
}
