package io.troupe.verifier.logic.syllogism;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Decides syllogisms by Venn's diagrams, region by region: shares no code with the reasoner. */
public final class Venn {

    private Venn() {}

    static boolean holds(Categorical statement, List<Integer> people) {
        boolean all = people.stream().allMatch(person -> !subject(statement, person) || complies(statement, person));
        boolean some = people.stream().anyMatch(person -> subject(statement, person) && complies(statement, person));
        return statement.quantifier().universal() ? all : some;
    }

    private static boolean subject(Categorical statement, int person) {
        return ((person >> statement.subject()) & 1) == 1;
    }

    private static boolean complies(Categorical statement, int person) {
        return (((person >> statement.predicate()) & 1) == 1)
                != statement.quantifier().negative();
    }

    /** Shades what the universal premises empty, marks where somebody must be, and looks at the conclusion's regions. */
    static boolean follows(int kinds, List<Categorical> premises, Categorical conclusion) {
        int[] open = IntStream.range(0, 1 << kinds)
                .filter(region -> premises.stream()
                        .filter(premise -> premise.quantifier().universal())
                        .allMatch(premise -> !subject(premise, region) || complies(premise, region)))
                .toArray();
        if (conclusion.quantifier().universal()) {
            return Arrays.stream(open).allMatch(region -> !subject(conclusion, region) || complies(conclusion, region));
        }
        List<IntPredicate> marks = new ArrayList<>();
        IntStream.range(0, kinds).forEach(kind -> marks.add(region -> ((region >> kind) & 1) == 1));
        premises.stream()
                .filter(premise -> !premise.quantifier().universal())
                .forEach(premise -> marks.add(region -> subject(premise, region) && complies(premise, region)));
        return marks.stream()
                .anyMatch(mark -> Arrays.stream(open)
                        .filter(mark)
                        .allMatch(region -> subject(conclusion, region) && complies(conclusion, region)));
    }

    /** Reads a question and answers it. */
    public static String answer(String question) {
        List<String> kinds = new ArrayList<>();
        List<Categorical> read = new ArrayList<>();
        for (String line : question.replace("Does it follow? ", "").split("\n", -1)) {
            String[] words = line.substring(0, line.length() - 1).split(" ", -1);
            boolean negative = words[words.length - 2].equals("not");
            Categorical.Quantifier quantifier = switch (words[0]) {
                case "All" -> Categorical.Quantifier.ALL;
                case "No" -> Categorical.Quantifier.NO;
                default -> negative ? Categorical.Quantifier.SOME_NOT : Categorical.Quantifier.SOME;
            };
            read.add(new Categorical(quantifier, number(kinds, words[1]), number(kinds, words[words.length - 1])));
        }
        return follows(kinds.size(), read.subList(0, read.size() - 1), read.get(read.size() - 1)) ? "Yes" : "No";
    }

    private static int number(List<String> kinds, String kind) {
        if (!kinds.contains(kind)) {
            kinds.add(kind);
        }
        return kinds.indexOf(kind);
    }
}
