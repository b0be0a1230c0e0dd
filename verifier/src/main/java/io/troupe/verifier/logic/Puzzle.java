package io.troupe.verifier.logic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What every inhabitant says, whatever they are called.
 *
 * @param statements one for each person
 */
record Puzzle(List<Statement> statements) {

    Puzzle {
        statements = List.copyOf(statements);
    }

    /** Draws a statement for each person; the puzzle may have any number of solutions. */
    static Puzzle draw(SplittableRandom random, int people) {
        List<Statement> statements = new ArrayList<>();
        for (int speaker = 0; speaker < people; speaker++) {
            statements.add(Statement.draw(random, people, speaker));
        }
        return new Puzzle(statements);
    }

    int people() {
        return statements.size();
    }

    /** Whether what a person says is what a knight or knave like that one would say. */
    boolean fits(int speaker, Roles roles) {
        return statements.get(speaker).holds(roles) == roles.knight(speaker);
    }

    /** The only assignment that fits everybody; empty if there is none or several. */
    Optional<Roles> solution() {
        Roles found = null;
        for (int rank = 0; rank < 1 << people(); rank++) {
            var roles = new Roles(people(), rank);
            if (consistent(roles)) {
                if (found != null) {
                    return Optional.empty();
                }
                found = roles;
            }
        }
        return Optional.ofNullable(found);
    }

    /** The same with something else said by one person. */
    Puzzle with(int speaker, Statement statement) {
        List<Statement> changed = new ArrayList<>(statements);
        changed.set(speaker, statement);
        return new Puzzle(changed);
    }

    /** The canonical key of its content. */
    String key() {
        return people() + ":" + statements.stream().map(Statement::key).collect(Collectors.joining(";"));
    }

    private boolean consistent(Roles roles) {
        for (int speaker = 0; speaker < people(); speaker++) {
            if (!fits(speaker, roles)) {
                return false;
            }
        }
        return true;
    }
}
