package io.troupe.verifier.logic.syllogism;

import io.troupe.verifier.logic.syllogism.Categorical.Quantifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows from categorical statements when there is at least one of each kind. "All A are B" and "no A are B" say what being an A implies; all that
 * universal statements say about a person follows along such implications and their contrapositions (they are clauses of two literals). A particular
 * conclusion needs a witness: somebody who is known to exist and of whom both parts follow. Immutable.
 *
 * <p>A literal is {@code 2 kind} for being of a kind and {@code 2 kind + 1} for not being; a set of literals is bits.
 */
final class Reasoner {

    private final int kinds;
    private final List<Categorical> premises;
    private final int[] implied;
    private final List<Integer> witnesses = new ArrayList<>();

    /**
     * A reasoner.
     *
     * @param kinds how many kinds there are, at most 8
     * @param premises what is known
     */
    Reasoner(int kinds, List<Categorical> premises) {
        this.kinds = kinds;
        this.premises = List.copyOf(premises);
        this.implied = new int[2 * kinds];
        for (int literal = 0; literal < implied.length; literal++) {
            implied[literal] = 1 << literal;
        }
        for (int kind = 0; kind < kinds; kind++) {
            witnesses.add(1 << is(kind));
        }
        for (Categorical premise : premises) {
            int subject = is(premise.subject());
            int predicate = predicate(premise);
            if (premise.quantifier().universal()) {
                implied[subject] |= 1 << predicate;
                implied[predicate ^ 1] |= 1 << (subject ^ 1);
            } else {
                witnesses.add((1 << subject) | (1 << predicate));
            }
        }
        for (int middle = 0; middle < implied.length; middle++) {
            for (int literal = 0; literal < implied.length; literal++) {
                if (((implied[literal] >> middle) & 1) == 1) {
                    implied[literal] |= implied[middle];
                }
            }
        }
    }

    /** Whether the premises can be true together. */
    boolean consistent() {
        return witnesses.stream().allMatch(witness -> possible(closure(witness)));
    }

    /** Whether a statement follows. */
    boolean follows(Categorical conclusion) {
        int subject = is(conclusion.subject());
        int predicate = predicate(conclusion);
        if (conclusion.quantifier().universal()) {
            return ((implied[subject] >> predicate) & 1) == 1;
        }
        return witness(conclusion).isPresent();
    }

    /** The first known person of whom both parts of a particular statement follow; as the literals that are known first. */
    Optional<Integer> witness(Categorical conclusion) {
        int both = (1 << is(conclusion.subject())) | (1 << predicate(conclusion));
        return witnesses.stream()
                .filter(witness -> (closure(witness) & both) == both)
                .findFirst();
    }

    /** A shortest way of implications between two literals, both included; empty if there is none. */
    List<Integer> path(int from, int to) {
        List<List<Integer>> ways = new ArrayList<>(List.of(List.of(from)));
        int seen = 1 << from;
        for (int at = 0; at < ways.size(); at++) {
            List<Integer> way = ways.get(at);
            int last = way.get(way.size() - 1);
            if (last == to) {
                return way;
            }
            for (int next : direct(last)) {
                if (((seen >> next) & 1) == 0) {
                    seen |= 1 << next;
                    List<Integer> longer = new ArrayList<>(way);
                    longer.add(next);
                    ways.add(longer);
                }
            }
        }
        return List.of();
    }

    private List<Integer> direct(int literal) {
        List<Integer> direct = new ArrayList<>();
        for (Categorical premise : premises) {
            if (premise.quantifier().universal()) {
                int subject = is(premise.subject());
                int predicate = predicate(premise);
                if (subject == literal) {
                    direct.add(predicate);
                }
                if ((predicate ^ 1) == literal) {
                    direct.add(subject ^ 1);
                }
            }
        }
        return direct;
    }

    /**
     * People of whom all premises are true and a statement that does not follow is false.
     *
     * @param conclusion a statement that does not follow from premises that are consistent
     * @return for each person the kinds that they are of, as bits
     */
    List<Integer> counterexample(Categorical conclusion) {
        int subject = is(conclusion.subject());
        int against = predicate(conclusion) ^ 1;
        List<Integer> people = new ArrayList<>();
        for (int witness : witnesses) {
            int known = closure(witness);
            boolean particular = !conclusion.quantifier().universal();
            boolean tempting = particular && ((known >> subject) & 1) == 1;
            people.add(kindsOf(tempting ? closure(known | (1 << against)) : known));
        }
        if (conclusion.quantifier().universal()) {
            people.add(kindsOf(closure((1 << subject) | (1 << against))));
        }
        return people.stream().distinct().toList();
    }

    private int kindsOf(int literals) {
        int of = 0;
        for (int kind = 0; kind < kinds; kind++) {
            of |= ((literals >> is(kind)) & 1) << kind;
        }
        return of;
    }

    private int closure(int literals) {
        int closure = 0;
        for (int literal = 0; literal < implied.length; literal++) {
            if (((literals >> literal) & 1) == 1) {
                closure |= implied[literal];
            }
        }
        return closure;
    }

    private boolean possible(int literals) {
        for (int kind = 0; kind < kinds; kind++) {
            if (((literals >> is(kind)) & 3) == 3) {
                return false;
            }
        }
        return true;
    }

    static int is(int kind) {
        return 2 * kind;
    }

    /** What a statement says of its subject. */
    static int predicate(Categorical statement) {
        Quantifier quantifier = statement.quantifier();
        return quantifier.negative() ? is(statement.predicate()) + 1 : is(statement.predicate());
    }
}
