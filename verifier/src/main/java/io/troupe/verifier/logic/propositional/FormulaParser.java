package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import java.util.List;
import java.util.Optional;

/**
 * Reads a formula in the usual symbols, or in those of a keyboard: {@code ¬ ~ !}, {@code ∧ &}, {@code ∨ |}, {@code → ->}, {@code ↔ <->}. Negation binds
 * tightest, then and, or, implication, equivalence; a row of implications must be in parentheses. Total: any text gives a formula or none. One object
 * reads one text; {@link #parse} is safe for any thread.
 */
final class FormulaParser {

    private static final int MAX_NESTING = 100;

    private static final String[][] SIGNS = {{"↔", "<->"}, {"→", "->"}, {"∨", "|"}, {"∧", "&"}};

    private final String text;
    private final List<String> variables;
    private final Fuel fuel;
    private int position;
    private int nesting;

    private FormulaParser(String text, List<String> variables, Fuel fuel) {
        this.text = text;
        this.variables = variables;
        this.fuel = fuel;
    }

    /** Leaves the descent; never leaves this class. */
    private static final class NoFormulaException extends RuntimeException {
        NoFormulaException() {
            super("no formula", null, false, false);
        }
    }

    /**
     * Reads a formula.
     *
     * @param text any text
     * @param variables the only variables that may occur, a letter each
     * @param fuel pays for what is read
     * @return the formula; empty if the text is none
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Optional<Formula> parse(String text, List<String> variables, Fuel fuel) {
        var parser = new FormulaParser(text, variables, fuel);
        try {
            Formula formula = parser.joined(0);
            parser.skip();
            return parser.position == text.length() ? Optional.of(formula) : Optional.empty();
        } catch (NoFormulaException e) {
            return Optional.empty();
        }
    }

    private Formula joined(int binding) {
        Formula.Connective[] connectives = Formula.Connective.values();
        if (binding == connectives.length) {
            return negated();
        }
        Formula formula = joined(binding + 1);
        boolean row = false;
        while (accept(SIGNS[binding])) {
            if (row && connectives[binding] == Formula.Connective.IMPLIES) {
                throw new NoFormulaException();
            }
            deeper();
            formula = new Formula.Joined(connectives[binding], formula, joined(binding + 1));
            nesting--;
            row = true;
        }
        return formula;
    }

    private Formula negated() {
        int negations = 0;
        while (accept("¬", "~", "!")) {
            if (++negations > MAX_NESTING) {
                throw new NoFormulaException();
            }
        }
        Formula formula = atom();
        for (int i = 0; i < negations; i++) {
            formula = new Formula.Not(formula);
        }
        return formula;
    }

    private Formula atom() {
        if (accept("(")) {
            deeper();
            Formula formula = joined(0);
            nesting--;
            if (!accept(")")) {
                throw new NoFormulaException();
            }
            return formula;
        }
        skip();
        for (int number = 0; number < variables.size(); number++) {
            if (accept(variables.get(number))) {
                if (position < text.length() && Character.isLetterOrDigit(text.charAt(position))) {
                    throw new NoFormulaException();
                }
                return new Formula.Variable(number);
            }
        }
        throw new NoFormulaException();
    }

    private void deeper() {
        if (++nesting > MAX_NESTING) {
            throw new NoFormulaException();
        }
    }

    private boolean accept(String... signs) {
        skip();
        for (String sign : signs) {
            if (text.startsWith(sign, position)) {
                position += sign.length();
                return true;
            }
        }
        return false;
    }

    private void skip() {
        fuel.spend(1);
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            fuel.spend(1);
            position++;
        }
    }
}
