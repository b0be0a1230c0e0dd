package io.troupe.verifier.logic;

import java.util.List;
import java.util.SplittableRandom;

/** What an inhabitant says: the grammar of mem-kk at depth 2 and width 2. */
sealed interface Statement {

    /** Whether it is true under an assignment. */
    boolean holds(Roles roles);

    /** Its canonical text over person indices; what reads the same up to the order of {@code and}, {@code or} and {@code iff} has the same key. */
    String key();

    /** It in words. */
    String words(List<String> names, RolePair roles);

    /** The claims that it is made of. */
    List<Claim> claims();

    /** The same with another claim in a place of {@link #claims()}. */
    Statement with(int place, Claim claim);

    /** Person {@code person} is a knight, or a knave. */
    record Claim(int person, boolean knight) implements Statement {
        @Override
        public boolean holds(Roles roles) {
            return roles.knight(person) == knight;
        }

        @Override
        public String key() {
            return (knight ? "t" : "l") + person;
        }

        @Override
        public String words(List<String> names, RolePair roles) {
            return names.get(person) + " is " + roles.phrase(knight);
        }

        @Override
        public List<Claim> claims() {
            return List.of(this);
        }

        @Override
        public Statement with(int place, Claim other) {
            return other;
        }
    }

    /** Person {@code claim.person} is not a knight, or not a knave. */
    record Denial(Claim claim) implements Statement {
        @Override
        public boolean holds(Roles roles) {
            return !claim.holds(roles);
        }

        @Override
        public String key() {
            return "!" + claim.key();
        }

        @Override
        public String words(List<String> names, RolePair roles) {
            return names.get(claim.person()) + " is not " + roles.phrase(claim.knight());
        }

        @Override
        public List<Claim> claims() {
            return List.of(claim);
        }

        @Override
        public Statement with(int place, Claim other) {
            return new Denial(other);
        }
    }

    /** Two claims, joined. */
    record Compound(Connective connective, Claim first, Claim second) implements Statement {
        @Override
        public boolean holds(Roles roles) {
            return connective.holds(first.holds(roles), second.holds(roles));
        }

        @Override
        public String key() {
            String one = first.key();
            String two = second.key();
            boolean swapped = connective != Connective.IF && one.compareTo(two) > 0;
            return connective + (swapped ? "(" + two + "," + one + ")" : "(" + one + "," + two + ")");
        }

        @Override
        public String words(List<String> names, RolePair roles) {
            return connective.words(first.words(names, roles), second.words(names, roles));
        }

        @Override
        public List<Claim> claims() {
            return List.of(first, second);
        }

        @Override
        public Statement with(int place, Claim other) {
            return place == 0 ? new Compound(connective, other, second) : new Compound(connective, first, other);
        }
    }

    /** How two claims are joined. */
    enum Connective {
        AND,
        OR,
        IF,
        IFF;

        boolean holds(boolean first, boolean second) {
            return switch (this) {
                case AND -> first && second;
                case OR -> first || second;
                case IF -> !first || second;
                case IFF -> first == second;
            };
        }

        String words(String first, String second) {
            return switch (this) {
                case AND -> first + " and " + second;
                case OR -> first + " or " + second;
                case IF -> "if " + first + " then " + second;
                case IFF -> first + " if and only if " + second;
            };
        }

        /** The one word that stands between the two values in a working. */
        String sign() {
            return switch (this) {
                case AND -> "and";
                case OR -> "or";
                case IF -> "then";
                case IFF -> "iff";
            };
        }
    }

    /**
     * Draws what a person says: a claim, a denial, or one of the four connectives, each with probability 1/6.
     *
     * @param random where to draw from
     * @param people how many there are
     * @param speaker who says it; nobody says "I am a knave"
     * @return the statement
     */
    static Statement draw(SplittableRandom random, int people, int speaker) {
        int die = random.nextInt(2 + Connective.values().length);
        Claim first = claim(random, people, speaker);
        if (die == 0) {
            return first;
        }
        if (die == 1) {
            return new Denial(first);
        }
        Claim second = claim(random, people, speaker);
        while (second.equals(first)) {
            second = claim(random, people, speaker);
        }
        return new Compound(Connective.values()[die - 2], first, second);
    }

    /**
     * Draws a claim.
     *
     * @param random where to draw from
     * @param people how many there are
     * @param speaker who says it; nobody says "I am a knave"
     * @return the claim
     */
    static Claim claim(SplittableRandom random, int people, int speaker) {
        while (true) {
            var claim = new Claim(random.nextInt(people), random.nextBoolean());
            if (claim.knight() || claim.person() != speaker) {
                return claim;
            }
        }
    }
}
