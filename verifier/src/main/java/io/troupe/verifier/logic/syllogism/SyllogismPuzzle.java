package io.troupe.verifier.logic.syllogism;

import io.troupe.verifier.logic.PosedPuzzle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * An argument in words. Immutable.
 *
 * @param argument what is said
 * @param words what the kinds are called
 */
record SyllogismPuzzle(Argument argument, List<String> words) implements PosedPuzzle {

    private static final List<String> KINDS = List.of(
            "bakers",
            "sailors",
            "painters",
            "dancers",
            "hunters",
            "miners",
            "poets",
            "weavers",
            "judges",
            "pilots",
            "gardeners",
            "singers",
            "drummers",
            "climbers",
            "swimmers",
            "potters",
            "printers",
            "tailors",
            "farmers",
            "skaters",
            "jugglers",
            "readers",
            "writers",
            "runners");

    SyllogismPuzzle {
        words = List.copyOf(words);
    }

    static SyllogismPuzzle of(Argument argument, SplittableRandom random) {
        List<String> words = new ArrayList<>(KINDS);
        Collections.shuffle(words, new Random(random.nextLong()));
        return new SyllogismPuzzle(argument, words.subList(0, argument.kinds()));
    }

    @Override
    public String question() {
        return argument.premises().stream()
                        .map(premise -> premise.words(words) + ".")
                        .collect(Collectors.joining("\n"))
                + "\nDoes it follow? " + argument.conclusion().words(words) + ".";
    }

    @Override
    public String gold() {
        return SyllogismGraders.gold(argument.valid());
    }

    /** The chain of implications, or people of whom the premises are true and the conclusion is not. */
    @Override
    public String sound() {
        return (argument.valid() ? proof() : refutation()) + "\n" + answer(argument.valid());
    }

    @Override
    public String hasty(SplittableRandom random) {
        return "Just a guess.\n" + answer(!argument.valid());
    }

    private String proof() {
        Categorical conclusion = argument.conclusion();
        int subject = Reasoner.is(conclusion.subject());
        int predicate = Reasoner.predicate(conclusion);
        if (conclusion.quantifier().universal()) {
            return path(subject, predicate);
        }
        int witness = argument.reasoner().witness(conclusion).orElseThrow();
        List<Integer> known = new ArrayList<>();
        for (int literal = 0; literal < 2 * argument.kinds(); literal++) {
            if (((witness >> literal) & 1) == 1) {
                known.add(literal);
            }
        }
        return "there are " + known.stream().map(this::word).collect(Collectors.joining(" and ")) + ", "
                + way(known, subject) + ", " + way(known, predicate);
    }

    private String way(List<Integer> known, int to) {
        return known.stream()
                .filter(from -> !argument.reasoner().path(from, to).isEmpty())
                .findFirst()
                .map(from -> path(from, to))
                .orElseThrow();
    }

    private String path(int from, int to) {
        return argument.reasoner().path(from, to).stream().map(this::word).collect(Collectors.joining(" -> "));
    }

    private String word(int literal) {
        return (literal % 2 == 0 ? "" : "not ") + words.get(literal / 2);
    }

    private String refutation() {
        return "there could be only "
                + argument.reasoner().counterexample(argument.conclusion()).stream()
                        .map(this::person)
                        .collect(Collectors.joining(", "));
    }

    private String person(int kinds) {
        List<String> of = new ArrayList<>();
        for (int kind = 0; kind < argument.kinds(); kind++) {
            if (((kinds >> kind) & 1) == 1) {
                of.add(words.get(kind));
            }
        }
        return String.join("+", of);
    }

    private static String answer(boolean yes) {
        return "<answer>" + SyllogismGraders.gold(yes) + "</answer>";
    }
}
