package io.troupe.verifier.logic.propositional;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.logic.ReasoningGym;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A formula as reasoning-gym reads it: split at the last connective outside parentheses, the loosest first; whatever has no connective is a variable of
 * that name, and all connectives group to the left. Immutable.
 *
 * @param sign the connective, {@code ¬}, or empty for a variable
 * @param name the name of a variable
 * @param parts what is joined or negated
 */
record GymFormula(String sign, String name, List<GymFormula> parts) {

    /** What reasoning-gym pays for a conclusion that is trivial. */
    static final double TRIVIAL = 0.25;

    /** What reasoning-gym pays for a formula that does not follow. */
    static final double TRIED = 0.05;

    private static final String NOT = "¬";
    private static final String SIGNS = "↔→∨∧";
    private static final int MAX_DEPTH = 200;
    private static final int MAX_VARIABLES = 20;

    GymFormula {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a formula.
     *
     * @param text any text
     * @param fuel pays for the characters looked at
     * @return the formula; empty where the peer raises: an empty part, or one nested too deep
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Optional<GymFormula> parse(String text, Fuel fuel) {
        return Optional.ofNullable(parse(text, 0, fuel));
    }

    private static @Nullable GymFormula parse(String untrimmed, int depth, Fuel fuel) {
        String text = ReasoningGym.strip(untrimmed);
        fuel.spend(1 + (SIGNS.length() + 1L) * text.length());
        if (text.isEmpty() || depth > MAX_DEPTH) {
            return null;
        }
        if (enclosed(text)) {
            return parse(text.substring(1, text.length() - 1), depth + 1, fuel);
        }
        for (int kind = 0; kind < SIGNS.length(); kind++) {
            char sign = SIGNS.charAt(kind);
            int at = lastOutside(text, sign);
            if (at >= 0) {
                GymFormula left = parse(text.substring(0, at), depth + 1, fuel);
                GymFormula right = left == null ? null : parse(text.substring(at + 1), depth + 1, fuel);
                return left == null || right == null
                        ? null
                        : new GymFormula(String.valueOf(sign), "", List.of(left, right));
            }
        }
        if (text.startsWith(NOT)) {
            GymFormula negated = parse(text.substring(1), depth + 1, fuel);
            return negated == null ? null : new GymFormula(NOT, "", List.of(negated));
        }
        return new GymFormula("", text, List.of());
    }

    private static boolean enclosed(String text) {
        if (text.length() < 2 || text.charAt(0) != '(' || text.charAt(text.length() - 1) != ')') {
            return false;
        }
        int level = 0;
        for (int at = 1; at < text.length() - 1; at++) {
            level += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            if (level < 0) {
                return false;
            }
        }
        return level == 0;
    }

    private static int lastOutside(String text, char sign) {
        int level = 0;
        for (int at = text.length() - 1; at >= 0; at--) {
            char c = text.charAt(at);
            if (c == ')') {
                level++;
            } else if (c == '(') {
                level--;
            } else if (level == 0 && c == sign) {
                return at;
            }
        }
        return -1;
    }

    boolean isVariable() {
        return sign.isEmpty();
    }

    /**
     * How a conclusion stands to premises, by the truth table over all variables of both.
     *
     * @param premises the premises
     * @param conclusion the conclusion
     * @param fuel pays for the table
     * @return whether it follows, and whether it is always true; echoes are not told apart
     * @throws FuelExhaustedException if there are more variables than the fuel reaches
     */
    static Premises.Standing standing(List<String> premises, GymFormula conclusion, Fuel fuel) {
        List<GymFormula> known = new ArrayList<>();
        SortedMap<String, Integer> variables = new TreeMap<>();
        conclusion.collect(variables);
        for (String premise : premises) {
            GymFormula formula = parse(premise, fuel).orElseThrow();
            formula.collect(variables);
            known.add(formula);
        }
        if (variables.size() > MAX_VARIABLES) {
            fuel.spend(Long.MAX_VALUE);
        }
        boolean always = true;
        for (int assignment = 0; assignment < 1 << variables.size(); assignment++) {
            int assigned = assignment;
            fuel.spend(1L + known.size());
            boolean holds = conclusion.holds(variables, assigned);
            always &= holds;
            if (!holds && known.stream().allMatch(premise -> premise.holds(variables, assigned))) {
                return Premises.Standing.NOT_ENTAILED;
            }
        }
        return always ? Premises.Standing.TAUTOLOGY : Premises.Standing.CONCLUSION;
    }

    private void collect(Map<String, Integer> variables) {
        if (isVariable()) {
            variables.putIfAbsent(name, variables.size());
        }
        parts.forEach(part -> part.collect(variables));
    }

    private boolean holds(Map<String, Integer> variables, int assignment) {
        boolean first = parts.isEmpty()
                ? ((assignment >> variables.getOrDefault(name, 0)) & 1) == 1
                : parts.get(0).holds(variables, assignment);
        boolean second = parts.size() == 2 && parts.get(1).holds(variables, assignment);
        return switch (sign) {
            case "∧" -> first && second;
            case "∨" -> first || second;
            case "→" -> !first || second;
            case "↔" -> first == second;
            case NOT -> !first;
            default -> first;
        };
    }
}
