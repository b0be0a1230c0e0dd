package io.troupe.verifier.logic.countdown;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tries every way to join numbers, in fractions of longs: shares no code with the generator. */
public final class CountdownSearch {

    private record Fraction(long up, long down) {

        Fraction {
            long shared = gcd(Math.abs(up), Math.abs(down)) * (down < 0 ? -1 : 1);
            up /= shared;
            down /= shared;
        }

        private static long gcd(long a, long b) {
            return b == 0 ? a : gcd(b, a % b);
        }
    }

    private final Fraction target;
    private final Set<String> failed = new HashSet<>();

    private CountdownSearch(Fraction target) {
        this.target = target;
    }

    /** Whether the target can be made of all numbers. */
    public static boolean solvable(List<Integer> numbers, int target) {
        List<Fraction> fractions =
                numbers.stream().map(number -> new Fraction(number, 1)).toList();
        return new CountdownSearch(new Fraction(target, 1)).reaches(fractions);
    }

    private boolean reaches(List<Fraction> left) {
        if (left.size() == 1) {
            return left.get(0).equals(target);
        }
        List<String> sorted = left.stream().map(Fraction::toString).sorted().toList();
        if (failed.contains(sorted.toString())) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            for (int j = i + 1; j < left.size(); j++) {
                List<Fraction> others = new ArrayList<>(left);
                Fraction b = others.remove(j);
                Fraction a = others.remove(i);
                for (Fraction joined : joined(a, b)) {
                    others.add(joined);
                    if (reaches(others)) {
                        return true;
                    }
                    others.remove(others.size() - 1);
                }
            }
        }
        failed.add(sorted.toString());
        return false;
    }

    private static List<Fraction> joined(Fraction a, Fraction b) {
        List<Fraction> all = new ArrayList<>(List.of(
                new Fraction(a.up * b.down + b.up * a.down, a.down * b.down),
                new Fraction(a.up * b.up, a.down * b.down),
                new Fraction(a.up * b.down - b.up * a.down, a.down * b.down),
                new Fraction(b.up * a.down - a.up * b.down, a.down * b.down)));
        if (b.up != 0) {
            all.add(new Fraction(a.up * b.down, a.down * b.up));
        }
        if (a.up != 0) {
            all.add(new Fraction(b.up * a.down, b.down * a.up));
        }
        return all;
    }
}
