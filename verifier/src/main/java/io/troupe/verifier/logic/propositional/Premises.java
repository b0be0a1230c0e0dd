package io.troupe.verifier.logic.propositional;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is known, and what it takes for a conclusion to be one.
 *
 * <p>A conclusion counts if it follows, is not always true, and nothing that it says can be read off a single premise: none of its prime implicates (the
 * shortest clauses that follow from it, whose conjunction it is) follows from one premise alone. So neither a premise, nor a part or a weakening of one,
 * nor several of them joined, is a conclusion: where joining would get past the rule, no puzzle is drawn. Immutable.
 *
 * @param variables how many variables there are, at most {@value Formula#MOST_VARIABLES}
 * @param formulas the premises
 */
record Premises(int variables, List<Formula> formulas) {

    private static final List<List<Clause>> CLAUSES = IntStream.rangeClosed(0, Formula.MOST_VARIABLES)
            .mapToObj(Clause::all)
            .toList();

    /** For each number of variables and each way to number them, where an assignment moves to. */
    private static final List<List<int[]>> MOVES = IntStream.rangeClosed(0, Formula.MOST_VARIABLES)
            .mapToObj(variables ->
                    numberings(variables).stream().map(Premises::moves).toList())
            .toList();

    /** How a formula stands to the premises. */
    enum Standing {
        /** It counts. */
        CONCLUSION,
        /** It does not follow. */
        NOT_ENTAILED,
        /** It is always true. */
        TAUTOLOGY,
        /** It follows, but a part of what it says follows from one premise alone. */
        ECHO
    }

    Premises {
        formulas = List.copyOf(formulas);
    }

    /** Tries to draw premises that can be true together, each of which says something of its own, and that have a conclusion. */
    static Optional<Premises> draw(int variables, int fewest, int most, int depth, SplittableRandom random) {
        List<Formula> formulas = new ArrayList<>();
        int count = random.nextInt(fewest, most + 1);
        for (int i = 0; i < count; i++) {
            formulas.add(Formula.draw(random, variables, random.nextInt(1, depth + 1)));
        }
        var premises = new Premises(variables, formulas);
        return premises.informative() && premises.shortest().isPresent() && !premises.joinToAConclusion()
                ? Optional.of(premises)
                : Optional.empty();
    }

    boolean satisfiable() {
        return all() != 0;
    }

    private long all() {
        return formulas.stream().mapToLong(Formula::table).reduce(-1L, (one, other) -> one & other);
    }

    /** Whether the premises can be true together, none is always true, and none follows from another. */
    private boolean informative() {
        for (Formula formula : formulas) {
            for (Formula other : formulas) {
                if (formula != other && follows(formula.table(), other.table())) {
                    return false;
                }
            }
        }
        return satisfiable() && formulas.stream().noneMatch(formula -> formula.table() == -1L);
    }

    /** Whether several premises, joined by and, would count as a conclusion: then every clause of them needs another one. */
    private boolean joinToAConclusion() {
        for (int chosen = 1; chosen < 1 << formulas.size(); chosen++) {
            long joined = -1L;
            for (int i = 0; i < formulas.size(); i++) {
                joined &= ((chosen >> i) & 1) == 1 ? formulas.get(i).table() : -1L;
            }
            if (standing(joined) == Standing.CONCLUSION) {
                return true;
            }
        }
        return false;
    }

    /** The first of the shortest clauses that is a conclusion. */
    Optional<Clause> shortest() {
        long all = all();
        return CLAUSES.get(variables).stream()
                .filter(clause -> follows(all, clause.table()) && !fromOne(clause.table()))
                .findFirst();
    }

    /** How a formula over the same variables stands to the premises. */
    Standing standing(Formula formula) {
        return standing(formula.table());
    }

    private Standing standing(long table) {
        if (table == -1L) {
            return Standing.TAUTOLOGY;
        }
        if (!follows(all(), table)) {
            return Standing.NOT_ENTAILED;
        }
        List<Clause> prime = new ArrayList<>();
        for (Clause clause : CLAUSES.get(variables)) {
            if (follows(table, clause.table()) && prime.stream().noneMatch(clause::holds)) {
                prime.add(clause);
            }
        }
        return prime.stream().anyMatch(clause -> fromOne(clause.table())) ? Standing.ECHO : Standing.CONCLUSION;
    }

    private boolean fromOne(long table) {
        return formulas.stream().anyMatch(formula -> follows(formula.table(), table));
    }

    private static boolean follows(long from, long table) {
        return (from & ~table) == 0;
    }

    /** The assignments under which all premises are true, as bits. */
    long models() {
        return all();
    }

    /** The premises' truth tables, in order, whichever numbering of the variables makes them smallest: what is said, however it is written. */
    String key() {
        long[] smallest = tables(MOVES.get(variables).get(0));
        for (int[] moves : MOVES.get(variables)) {
            long[] tables = tables(moves);
            if (Arrays.compare(tables, smallest) < 0) {
                smallest = tables;
            }
        }
        return variables + ":"
                + Arrays.stream(smallest).mapToObj(Long::toHexString).collect(Collectors.joining(","));
    }

    private long[] tables(int[] moves) {
        return formulas.stream()
                .mapToLong(formula -> renumbered(formula.table(), moves))
                .sorted()
                .toArray();
    }

    /** The table under a renumbering: over the assignments of these variables only. */
    private static long renumbered(long table, int[] moves) {
        long renumbered = 0;
        for (int assignment = 0; assignment < moves.length; assignment++) {
            renumbered |= ((table >> assignment) & 1) << moves[assignment];
        }
        return renumbered;
    }

    private static int[] moves(int[] numbers) {
        int[] moves = new int[1 << numbers.length];
        for (int assignment = 0; assignment < moves.length; assignment++) {
            for (int variable = 0; variable < numbers.length; variable++) {
                moves[assignment] |= ((assignment >> variable) & 1) << numbers[variable];
            }
        }
        return moves;
    }

    private static List<int[]> numberings(int variables) {
        List<int[]> all = List.of(new int[0]);
        for (int length = 0; length < variables; length++) {
            List<int[]> longer = new ArrayList<>();
            for (int[] start : all) {
                for (int next = 0; next < variables; next++) {
                    int number = next;
                    if (Arrays.stream(start).noneMatch(used -> used == number)) {
                        int[] extended = Arrays.copyOf(start, start.length + 1);
                        extended[start.length] = next;
                        longer.add(extended);
                    }
                }
            }
            all = longer;
        }
        return all;
    }
}
