package io.troupe.verifier.logic;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A puzzle in words. A name always follows a blank, so that a tokenizer sees the same word everywhere.
 *
 * @param puzzle what is said
 * @param names who says it
 * @param solution the only assignment that fits
 * @param text the question
 */
record Quiz(Puzzle puzzle, List<String> names, Roles solution, String text) {

    /** How many people a level has more than its number. */
    static final int PEOPLE_ABOVE_LEVEL = 1;

    private static final int TRIES = 2_000;

    private static final List<String> NAMES = List.of(
            "Zoey", "Oliver", "Emma", "Liam", "Noah", "Ava", "Sophia", "Mason", "Lucas", "Mia", "Amelia", "Ethan",
            "Harper", "James", "Ella", "Jack", "Lily", "Owen", "Grace", "Henry", "Chloe", "Daniel", "Nora", "Samuel",
            "Ruby", "David", "Alice", "Joseph", "Clara", "Thomas", "Hazel", "Peter", "Iris", "Simon", "Laura", "Martin",
            "Julia", "Victor", "Sarah", "Adam", "Helen", "Oscar", "Rose", "Paul", "Anna", "George", "Mary", "Philip",
            "Jane", "Walter");

    private static final List<String> SAYINGS = List.of(
            "%s said that %s.",
            "%s says that %s.",
            "%s told you that %s.",
            "%s claimed that %s.",
            "%s stated that %s.",
            "%s insisted that %s.",
            "According to %s, %s.",
            "In the words of %s, %s.");

    Quiz {
        names = List.copyOf(names);
    }

    /** The quiz of a task: a pure function of its arguments. */
    static Quiz of(String family, Split split, long seed, long index, int level) {
        SplittableRandom random = ContentSplit.randomOf(family, split, seed, index, level);
        Puzzle puzzle = ContentSplit.draw(
                family,
                split,
                TRIES,
                () -> Optional.of(Puzzle.draw(random, level + PEOPLE_ABOVE_LEVEL))
                        .filter(drawn -> drawn.solution().isPresent()),
                Puzzle::key);
        List<String> names = names(random, puzzle.people());
        return new Quiz(puzzle, names, puzzle.solution().orElseThrow(), text(random, puzzle, names));
    }

    /** The lines of an answer: {@code (1) Zoey is a knight}, and so on. */
    String answer(Roles roles) {
        var lines = new StringBuilder();
        for (int person = 0; person < names.size(); person++) {
            lines.append(person == 0 ? "" : "\n")
                    .append("(%d) %s is a %s".formatted(person + 1, names.get(person), roles.word(person)));
        }
        return lines.toString();
    }

    private static List<String> names(SplittableRandom random, int people) {
        List<String> left = new ArrayList<>(NAMES);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < people; i++) {
            names.add(left.remove(random.nextInt(left.size())));
        }
        return names;
    }

    private static String text(SplittableRandom random, Puzzle puzzle, List<String> names) {
        var text = new StringBuilder("A very special island is inhabited only by knights and knaves."
                + " Knights always tell the truth, and knaves always lie. You meet "
                + names.size() + " inhabitants: " + enumerated(names) + ".");
        for (int speaker = 0; speaker < names.size(); speaker++) {
            String saying = SAYINGS.get(random.nextInt(SAYINGS.size()));
            String content = puzzle.statements().get(speaker).words(names);
            text.append(' ').append(saying.formatted(names.get(speaker), content));
        }
        return text.append(" So who is a knight and who is a knave?").toString();
    }

    private static String enumerated(List<String> names) {
        int last = names.size() - 1;
        String separator = last == 1 ? " and " : ", and ";
        return String.join(", ", names.subList(0, last)) + separator + names.get(last);
    }
}
