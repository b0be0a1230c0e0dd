package io.troupe.verifier.logic;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * How a knights-and-knaves puzzle differs from the one that the unperturbed family makes for the same (split, seed, index, level): the perturbations of
 * mem-kk (arXiv 2410.23123), which tell reasoning from memory. The first four change words only; the last two change what is said and, with it, the
 * solution, which stays unique.
 */
public enum Perturbation {
    /** The puzzle as it is. */
    @JsonProperty("none")
    NONE,
    /** Another pair of roles, such as saints and sinners. */
    @JsonProperty("role-swap")
    ROLE_SWAP,
    /** Knaves tell the truth and knights lie. */
    @JsonProperty("flipped-roles")
    FLIPPED_ROLES,
    /** Rare names. */
    @JsonProperty("uncommon-names")
    UNCOMMON_NAMES,
    /** The people speak in another order than they were named in. */
    @JsonProperty("reordered-statements")
    REORDERED_STATEMENTS,
    /** One person says something else. */
    @JsonProperty("statement")
    STATEMENT,
    /** One claim of what one person says is another. */
    @JsonProperty("leaf")
    LEAF;

    private static final int TRIES = 200;

    /** What the two kinds of people are called. */
    RolePair roles(SplittableRandom twist) {
        return switch (this) {
            case ROLE_SWAP -> RolePair.OTHERS.get(twist.nextInt(RolePair.OTHERS.size()));
            case FLIPPED_ROLES -> RolePair.KNIGHTS_AND_KNAVES.flipped();
            case NONE, UNCOMMON_NAMES, REORDERED_STATEMENTS, STATEMENT, LEAF -> RolePair.KNIGHTS_AND_KNAVES;
        };
    }

    /** The sentences in the order in which they stand in the question; there are at least two. */
    List<String> ordered(List<String> sentences, SplittableRandom twist) {
        if (this != REORDERED_STATEMENTS) {
            return sentences;
        }
        var random = new Random(twist.nextLong());
        List<String> order = new ArrayList<>(sentences);
        while (order.equals(sentences)) {
            Collections.shuffle(order, random);
        }
        return order;
    }

    /**
     * What is said instead.
     *
     * @param original a puzzle with one solution
     * @param twist where to draw from
     * @param allowed which puzzles may come out
     * @return the original itself where only words change; else an allowed puzzle with one solution, another one; empty if none was found
     */
    Optional<Puzzle> changed(Puzzle original, SplittableRandom twist, Predicate<Puzzle> allowed) {
        if (this != STATEMENT && this != LEAF) {
            return Optional.of(original);
        }
        Optional<Roles> solution = original.solution();
        for (int i = 0; i < TRIES; i++) {
            Puzzle drawn = drawn(original, twist);
            Optional<Roles> other = drawn.solution();
            if (other.isPresent() && !other.equals(solution) && allowed.test(drawn)) {
                return Optional.of(drawn);
            }
        }
        return Optional.empty();
    }

    private Puzzle drawn(Puzzle original, SplittableRandom twist) {
        int people = original.people();
        int speaker = twist.nextInt(people);
        if (this == STATEMENT) {
            return original.with(speaker, Statement.draw(twist, people, speaker));
        }
        Statement said = original.statements().get(speaker);
        int place = twist.nextInt(said.claims().size());
        return original.with(speaker, said.with(place, Statement.claim(twist, people, speaker)));
    }
}
