package io.troupe.verifier.logic;

import io.troupe.verifier.logic.Statement.Claim;
import io.troupe.verifier.logic.Statement.Compound;
import io.troupe.verifier.logic.Statement.Denial;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A puzzle solved by search, in as few and as regular words as can be: the assignments in a fixed order, one a line, the statements in the order of
 * speaking, each up to the first that doesn't fit its speaker.
 *
 * <pre>
 *  Zoey knight Oliver knight: true and false lie no
 *  Zoey knight Oliver knave: true and true truth ok lie ok
 * </pre>
 *
 * <p>A statement is the values of its two claims around its connective, then {@code truth} or {@code lie}, then whether that is what its speaker would
 * say. With more than two people each statement begins with its speaker's name. Every word follows from the line so far and one statement of the
 * question.
 */
final class SearchDemonstration {

    private SearchDemonstration() {}

    /** The working and the right answer: what continues {@code <think>}. */
    static String sound(Quiz quiz) {
        String working = Roles.all(quiz.puzzle().people()).stream()
                .limit(quiz.solution().rank() + 1L)
                .map(roles -> line(quiz, roles))
                .collect(Collectors.joining("\n"));
        return working + closing(quiz, quiz.solution());
    }

    /** No working, and one of the wrong answers. */
    static String hasty(Quiz quiz, SplittableRandom random) {
        int right = quiz.solution().rank();
        int people = quiz.puzzle().people();
        int drawn = random.nextInt((1 << people) - 1);
        return " Just a guess." + closing(quiz, new Roles(people, drawn < right ? drawn : drawn + 1));
    }

    private static String closing(Quiz quiz, Roles roles) {
        return "\n</think>\n<answer>\n" + quiz.answer(roles) + "\n</answer>";
    }

    private static String line(Quiz quiz, Roles roles) {
        Puzzle puzzle = quiz.puzzle();
        List<String> names = quiz.names();
        var line = new StringBuilder();
        for (int person = 0; person < puzzle.people(); person++) {
            line.append(' ').append(names.get(person)).append(' ').append(quiz.word(roles, person));
        }
        line.append(':');
        for (int speaker = 0; speaker < puzzle.people(); speaker++) {
            if (puzzle.people() > 2) {
                line.append(' ').append(names.get(speaker));
            }
            boolean fits = puzzle.fits(speaker, roles);
            line.append(values(puzzle.statements().get(speaker), roles)).append(fits ? " ok" : " no");
            if (!fits) {
                break;
            }
        }
        return line.toString();
    }

    private static String values(Statement statement, Roles roles) {
        String verdict = statement.holds(roles) ? " truth" : " lie";
        if (statement instanceof Compound compound) {
            return " %s %s %s"
                            .formatted(
                                    compound.first().holds(roles),
                                    compound.connective().sign(),
                                    compound.second().holds(roles))
                    + verdict;
        }
        if (statement instanceof Claim || statement instanceof Denial) {
            return verdict;
        }
        throw new IllegalStateException("a statement of an unknown kind: " + statement);
    }
}
