package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A polynomial with fractions as coefficients over numbered generators.
 *
 * @param terms the coefficients, none of them 0, by monomial
 */
record Polynomial(SortedMap<Monomial, Rational> terms) {

    private static final int WORD_BITS = 64;

    /**
     * A product of powers of generators.
     *
     * @param exponents the exponent of each generator by its number, without zeros at the end
     */
    record Monomial(int[] exponents) implements Comparable<Monomial> {
        static final Monomial ONE = new Monomial(new int[0]);

        static Monomial of(int generator) {
            int[] exponents = new int[generator + 1];
            exponents[generator] = 1;
            return new Monomial(exponents);
        }

        int exponent(int generator) {
            return generator < exponents.length ? exponents[generator] : 0;
        }

        Monomial times(Monomial other) {
            int[] longer = exponents.length >= other.exponents.length ? exponents : other.exponents;
            int[] shorter = longer == exponents ? other.exponents : exponents;
            int[] sum = longer.clone();
            for (int k = 0; k < shorter.length; k++) {
                sum[k] += shorter[k];
            }
            return new Monomial(sum);
        }

        Monomial with(int generator, int exponent) {
            int[] changed = Arrays.copyOf(exponents, Math.max(exponents.length, generator + 1));
            changed[generator] = exponent;
            int length = changed.length;
            while (length > 0 && changed[length - 1] == 0) {
                length--;
            }
            return new Monomial(Arrays.copyOf(changed, length));
        }

        @Override
        public int compareTo(Monomial other) {
            return Arrays.compare(exponents, other.exponents);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Monomial monomial && Arrays.equals(exponents, monomial.exponents);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(exponents);
        }

        @Override
        public String toString() {
            return Arrays.toString(exponents);
        }
    }

    static Polynomial constant(Rational value) {
        SortedMap<Monomial, Rational> terms = new TreeMap<>();
        if (value.signum() != 0) {
            terms.put(Monomial.ONE, value);
        }
        return new Polynomial(terms);
    }

    static Polynomial generator(int number) {
        return term(Monomial.of(number), Unit.ONE);
    }

    static Polynomial term(Monomial monomial, Rational coefficient) {
        SortedMap<Monomial, Rational> terms = new TreeMap<>();
        terms.put(monomial, coefficient);
        return new Polynomial(terms);
    }

    boolean isZero() {
        return terms.isEmpty();
    }

    boolean isConstant() {
        return terms.isEmpty() || (terms.size() == 1 && terms.firstKey().exponents().length == 0);
    }

    Rational constantTerm() {
        return terms.getOrDefault(Monomial.ONE, Unit.ZERO);
    }

    Polynomial plus(Polynomial other, Fuel fuel) {
        SortedMap<Monomial, Rational> sum = new TreeMap<>(terms);
        for (Map.Entry<Monomial, Rational> term : other.terms.entrySet()) {
            add(sum, term.getKey(), term.getValue(), fuel);
        }
        fuel.spend(1 + terms.size());
        return new Polynomial(sum);
    }

    Polynomial times(Polynomial other, Fuel fuel) {
        SortedMap<Monomial, Rational> product = new TreeMap<>();
        for (Map.Entry<Monomial, Rational> left : terms.entrySet()) {
            for (Map.Entry<Monomial, Rational> right : other.terms.entrySet()) {
                long words = 1 + left.getValue().bits() / WORD_BITS;
                fuel.spend(3 + words * (1 + right.getValue().bits() / WORD_BITS) / 4);
                add(
                        product,
                        left.getKey().times(right.getKey()),
                        left.getValue().times(right.getValue()),
                        fuel);
            }
        }
        return new Polynomial(product);
    }

    Polynomial times(Rational factor, Fuel fuel) {
        return times(constant(factor), fuel);
    }

    static void add(SortedMap<Monomial, Rational> sum, Monomial monomial, Rational coefficient, Fuel fuel) {
        fuel.spend(2);
        Rational total = sum.getOrDefault(monomial, Unit.ZERO).plus(coefficient);
        if (total.signum() == 0) {
            sum.remove(monomial);
        } else {
            sum.put(monomial, total);
        }
    }

    /** The factor c with {@code this = c * other}, or 0 if there is none. */
    Rational over(Polynomial other, Fuel fuel) {
        if (isZero() || terms.size() != other.terms.size() || !terms.firstKey().equals(other.terms.firstKey())) {
            return Unit.ZERO;
        }
        Rational factor = terms.get(terms.firstKey()).over(other.terms.get(terms.firstKey()));
        return other.times(factor, fuel).equals(this) ? factor : Unit.ZERO;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        terms.forEach((monomial, coefficient) ->
                text.append(coefficient).append(monomial).append('+'));
        return text.toString();
    }
}
