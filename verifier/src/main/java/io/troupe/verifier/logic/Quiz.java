package io.troupe.verifier.logic;

import io.troupe.verifier.ContentSplit;
import io.troupe.verifier.Split;
import io.troupe.verifier.TaskGenerationException;
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
 * @param roles what those who tell the truth and those who lie are called
 */
record Quiz(Puzzle puzzle, List<String> names, Roles solution, String text, RolePair roles) {

    /** How many people a level has more than its number. */
    static final int PEOPLE_ABOVE_LEVEL = 1;

    private static final int TRIES = 2_000;

    private static final List<String> NAMES = List.of(
            "Zoey", "Oliver", "Emma", "Liam", "Noah", "Ava", "Sophia", "Mason", "Lucas", "Mia", "Amelia", "Ethan",
            "Harper", "James", "Ella", "Jack", "Lily", "Owen", "Grace", "Henry", "Chloe", "Daniel", "Nora", "Samuel",
            "Ruby", "David", "Alice", "Joseph", "Clara", "Thomas", "Hazel", "Peter", "Iris", "Simon", "Laura", "Martin",
            "Julia", "Victor", "Sarah", "Adam", "Helen", "Oscar", "Rose", "Paul", "Anna", "George", "Mary", "Philip",
            "Jane", "Walter");

    private static final List<String> UNCOMMON_NAMES = List.of(
            "Alaric",
            "Anselm",
            "Aviva",
            "Bellamy",
            "Briar",
            "Caradoc",
            "Cerys",
            "Corisande",
            "Damaris",
            "Drusilla",
            "Eilidh",
            "Emrys",
            "Faramond",
            "Fenella",
            "Galatea",
            "Gawain",
            "Ginevra",
            "Hesper",
            "Idris",
            "Ingram",
            "Jocasta",
            "Juniper",
            "Kerensa",
            "Lavinia",
            "Linnet",
            "Lucasta",
            "Maelis",
            "Merrick",
            "Nerissa",
            "Nicodemus",
            "Odalys",
            "Orson",
            "Petronel",
            "Quentin",
            "Rowena",
            "Sable",
            "Seraphine",
            "Sorrel",
            "Tamsin",
            "Tancred",
            "Ulric",
            "Undine",
            "Valeska",
            "Verity",
            "Wilhelmina",
            "Wystan",
            "Xavia",
            "Yorick",
            "Ysabeau",
            "Zelmira");

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
    static Quiz of(String family, Split split, long seed, long index, int level, Perturbation perturbation) {
        SplittableRandom random = ContentSplit.randomOf(family, split, seed, index, level);
        SplittableRandom twist = ContentSplit.randomOf(family + "/" + perturbation, split, seed, index, level);
        Puzzle puzzle = puzzle(family, split, level + PEOPLE_ABOVE_LEVEL, perturbation, random, twist);
        List<String> names =
                names(random, puzzle.people(), perturbation == Perturbation.UNCOMMON_NAMES ? UNCOMMON_NAMES : NAMES);
        RolePair roles = perturbation.roles(twist);
        List<String> sentences = sentences(random, puzzle, names, roles);
        return new Quiz(
                puzzle,
                names,
                puzzle.solution().orElseThrow(),
                text(names, roles, perturbation.ordered(sentences, twist)),
                roles);
    }

    /** What a family's task says, changed where the perturbation changes what is said; original and twin lie on one side of the split. */
    private static Puzzle puzzle(
            String family,
            Split split,
            int people,
            Perturbation perturbation,
            SplittableRandom random,
            SplittableRandom twist) {
        for (int i = 0; i < TRIES; i++) {
            Puzzle original = ContentSplit.draw(
                    family,
                    split,
                    TRIES,
                    () -> Optional.of(Puzzle.draw(random, people))
                            .filter(drawn -> drawn.solution().isPresent()),
                    Puzzle::key);
            Optional<Puzzle> puzzle =
                    perturbation.changed(original, twist, changed -> ContentSplit.of(family, changed.key()) == split);
            if (puzzle.isPresent()) {
                return puzzle.get();
            }
        }
        throw new TaskGenerationException(
                "%s found no puzzle that %s could change in %d tries".formatted(family, perturbation, TRIES));
    }

    /** The lines of an answer: {@code (1) Zoey is a knight}, and so on. */
    String answer(Roles assigned) {
        var lines = new StringBuilder();
        for (int person = 0; person < names.size(); person++) {
            lines.append(person == 0 ? "" : "\n")
                    .append("(%d) %s is %s"
                            .formatted(person + 1, names.get(person), roles.phrase(assigned.knight(person))));
        }
        return lines.toString();
    }

    /** A person's role under an assignment, in a word. */
    String word(Roles assigned, int person) {
        return roles.word(assigned.knight(person));
    }

    private static List<String> names(SplittableRandom random, int people, List<String> from) {
        List<String> left = new ArrayList<>(from);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < people; i++) {
            names.add(left.remove(random.nextInt(left.size())));
        }
        return names;
    }

    private static List<String> sentences(SplittableRandom random, Puzzle puzzle, List<String> names, RolePair roles) {
        List<String> sentences = new ArrayList<>();
        for (int speaker = 0; speaker < names.size(); speaker++) {
            String saying = SAYINGS.get(random.nextInt(SAYINGS.size()));
            String content = puzzle.statements().get(speaker).words(names, roles);
            sentences.add(saying.formatted(names.get(speaker), content));
        }
        return sentences;
    }

    private static String text(List<String> names, RolePair roles, List<String> sentences) {
        return "A very special island is inhabited only by " + roles.plurals() + ". " + roles.rule() + " You meet "
                + names.size() + " inhabitants: " + enumerated(names) + ". " + String.join(" ", sentences)
                + " So who is " + roles.phrase(true) + " and who is " + roles.phrase(false) + "?";
    }

    private static String enumerated(List<String> names) {
        int last = names.size() - 1;
        String separator = last == 1 ? " and " : ", and ";
        return String.join(", ", names.subList(0, last)) + separator + names.get(last);
    }
}
