package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.math.Rational;
import io.troupe.verifier.math.answer.Polynomial.Monomial;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The generators of a normal form by number, and the powers of them that come down to something else: the square of a root, of i, of a cosine. */
final class Generators {

    private static final int MAX_GENERATORS = 60;
    private static final int LARGEST_PRIME = 2_000;

    private final Fuel fuel;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<@Nullable Rule> rules = new ArrayList<>();

    /** The generator to this power is that polynomial in earlier generators. */
    private record Rule(int power, Polynomial value) {}

    Generators(Fuel fuel) {
        this.fuel = fuel;
    }

    int count() {
        return rules.size();
    }

    int number(String key) {
        return number(key, null);
    }

    private int number(String key, @Nullable Rule rule) {
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        if (rules.size() == MAX_GENERATORS) {
            throw new UndefinedValueException("more than " + MAX_GENERATORS + " generators");
        }
        numbers.put(key, rules.size());
        rules.add(rule);
        return rules.size() - 1;
    }

    Polynomial imaginary() {
        return Polynomial.generator(number("i", new Rule(2, Polynomial.constant(Unit.ONE.negated()))));
    }

    Polynomial cosine(String key, Polynomial sine) {
        Polynomial square =
                sine.times(sine, fuel).times(Unit.ONE.negated(), fuel).plus(Polynomial.constant(Unit.ONE), fuel);
        return Polynomial.generator(number(key, new Rule(2, square)));
    }

    Polynomial root(String key, Polynomial radicand, int index) {
        return Polynomial.generator(number(key, new Rule(index, radicand)));
    }

    /** The real root of a fraction, or i times one, as a product of roots of primes. */
    Polynomial root(Rational value, int index) {
        if (value.signum() == 0) {
            return Polynomial.constant(value);
        }
        if (value.signum() < 0) {
            Polynomial positive = root(value.negated(), index);
            if (index % 2 == 1) {
                return positive.times(Unit.ONE.negated(), fuel);
            }
            if (index == 2) {
                return positive.times(imaginary(), fuel);
            }
            throw new UndefinedValueException("an even root of a negative number");
        }
        Polynomial product = Polynomial.constant(Unit.ONE);
        // a/b under the root is a*b^(n-1) under the root, over b
        BigInteger radicand = value.numerator().multiply(value.denominator().pow(index - 1));
        for (Map.Entry<BigInteger, Integer> prime : factors(radicand).entrySet()) {
            int outside = prime.getValue() / index;
            int inside = prime.getValue() % index;
            product = product.times(Rational.of(prime.getKey().pow(outside)), fuel);
            if (inside > 0) {
                Polynomial root = Polynomial.generator(number(
                        "root " + index + " of " + prime.getKey(),
                        new Rule(index, Polynomial.constant(Rational.of(prime.getKey())))));
                for (int k = 0; k < inside; k++) {
                    product = product.times(root, fuel);
                }
            }
        }
        return product.times(new Rational(BigInteger.ONE, value.denominator()), fuel);
    }

    /** A sum of logarithms of primes. */
    Polynomial logarithm(Rational value) {
        Polynomial sum = Polynomial.constant(Unit.ZERO);
        for (int side = 0; side < 2; side++) {
            BigInteger part = side == 0 ? value.numerator() : value.denominator();
            for (Map.Entry<BigInteger, Integer> prime : factors(part).entrySet()) {
                Polynomial log = Polynomial.generator(number("ln of " + prime.getKey()));
                long times = side == 0 ? prime.getValue() : -prime.getValue();
                sum = sum.plus(log.times(Rational.of(BigInteger.valueOf(times)), fuel), fuel);
            }
        }
        return sum;
    }

    /** Small primes with their powers; what is left over counts as a prime of its own. */
    private SortedMap<BigInteger, Integer> factors(BigInteger value) {
        SortedMap<BigInteger, Integer> factors = new TreeMap<>();
        BigInteger left = value;
        for (int prime = 2; prime < LARGEST_PRIME && left.compareTo(BigInteger.ONE) > 0; prime++) {
            if (left.bitLength() < 62 && (long) prime * prime > left.longValue()) {
                break;
            }
            fuel.spend(1 + left.bitLength() / 512);
            BigInteger divisor = BigInteger.valueOf(prime);
            BigInteger[] quotient = left.divideAndRemainder(divisor);
            while (quotient[1].signum() == 0) {
                factors.merge(divisor, 1, Integer::sum);
                left = quotient[0];
                quotient = left.divideAndRemainder(divisor);
                fuel.spend(1 + left.bitLength() / 512);
            }
        }
        if (left.compareTo(BigInteger.ONE) > 0) {
            factors.merge(left, 1, Integer::sum);
        }
        return factors;
    }

    /** With every power that has a rule replaced, highest generators first. */
    Polynomial reduced(Polynomial polynomial) {
        Polynomial current = polynomial;
        for (int number = rules.size() - 1; number >= 0; number--) {
            Rule rule = rules.get(number);
            if (rule != null) {
                current = reduced(current, number, rule);
            }
        }
        return current;
    }

    private Polynomial reduced(Polynomial polynomial, int number, Rule rule) {
        Polynomial current = polynomial;
        while (current.terms().keySet().stream().anyMatch(monomial -> monomial.exponent(number) >= rule.power)) {
            SortedMap<Monomial, Rational> kept = new TreeMap<>();
            Polynomial replaced = Polynomial.constant(Unit.ZERO);
            for (Map.Entry<Monomial, Rational> term : current.terms().entrySet()) {
                int exponent = term.getKey().exponent(number);
                fuel.spend(2);
                if (exponent < rule.power) {
                    kept.put(term.getKey(), term.getValue());
                } else {
                    Polynomial rest =
                            Polynomial.term(term.getKey().with(number, exponent - rule.power), term.getValue());
                    replaced = replaced.plus(rest.times(rule.value, fuel), fuel);
                }
            }
            current = new Polynomial(kept).plus(replaced, fuel);
        }
        return current;
    }
}
