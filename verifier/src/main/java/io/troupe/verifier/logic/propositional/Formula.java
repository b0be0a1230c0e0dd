package io.troupe.verifier.logic.propositional;

import java.util.List;
import java.util.SplittableRandom;

/** A formula over at most six variables. Its truth table is a {@code long}: bit {@code a} is its value under the assignment whose bits are {@code a}. */
sealed interface Formula {

    /** The most variables that a table has room for. */
    int MOST_VARIABLES = 6;

    /** The value under every assignment of {@value #MOST_VARIABLES} variables. */
    long table();

    /** It in symbols, without parentheses around the whole. */
    String text(List<String> variables);

    /** It in symbols, as a part of another. */
    String part(List<String> variables);

    /** A variable. */
    record Variable(int number) implements Formula {

        private static final long[] TABLES = {
            0xAAAAAAAAAAAAAAAAL,
            0xCCCCCCCCCCCCCCCCL,
            0xF0F0F0F0F0F0F0F0L,
            0xFF00FF00FF00FF00L,
            0xFFFF0000FFFF0000L,
            0xFFFFFFFF00000000L
        };

        @Override
        public long table() {
            return TABLES[number];
        }

        @Override
        public String text(List<String> variables) {
            return variables.get(number);
        }

        @Override
        public String part(List<String> variables) {
            return text(variables);
        }
    }

    /** A negation. */
    record Not(Formula negated) implements Formula {
        @Override
        public long table() {
            return ~negated.table();
        }

        @Override
        public String text(List<String> variables) {
            return "¬" + negated.part(variables);
        }

        @Override
        public String part(List<String> variables) {
            return text(variables);
        }
    }

    /** Two formulas, joined. */
    record Joined(Connective connective, Formula left, Formula right) implements Formula {
        @Override
        public long table() {
            return connective.table(left.table(), right.table());
        }

        @Override
        public String text(List<String> variables) {
            return left.part(variables) + " " + connective.sign() + " " + right.part(variables);
        }

        @Override
        public String part(List<String> variables) {
            return "(" + text(variables) + ")";
        }
    }

    /** How two formulas are joined, the loosest first. */
    enum Connective {
        IFF("↔"),
        IMPLIES("→"),
        OR("∨"),
        AND("∧");

        private final String sign;

        Connective(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        long table(long left, long right) {
            return switch (this) {
                case AND -> left & right;
                case OR -> left | right;
                case IMPLIES -> ~left | right;
                case IFF -> ~(left ^ right);
            };
        }
    }

    /**
     * Draws a formula.
     *
     * @param random where to draw from
     * @param variables how many variables to draw from
     * @param depth 1 for a variable or its negation, one more for every connective on the way down
     * @return the formula
     */
    static Formula draw(SplittableRandom random, int variables, int depth) {
        if (depth <= 1) {
            var variable = new Variable(random.nextInt(variables));
            return random.nextInt(3) == 0 ? new Not(variable) : variable;
        }
        if (depth > 2 && random.nextInt(6) == 0) {
            return new Not(draw(random, variables, depth - 1));
        }
        Connective[] connectives = Connective.values();
        Connective connective = connectives[random.nextInt(connectives.length)];
        int shallow = random.nextInt(1, depth);
        boolean swap = random.nextBoolean();
        return new Joined(
                connective,
                draw(random, variables, swap ? shallow : depth - 1),
                draw(random, variables, swap ? depth - 1 : shallow));
    }
}
