package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A unit as a multiple of base units. An amount {@code a} of it is {@code a * factor * pi^piPower + offset} base units.
 *
 * @param name as it was written
 * @param dimension powers of base dimensions, such as length 1, time -1; empty for plain numbers
 * @param factor how many base units one of it is
 * @param offset what the zero of its scale is in base units: other than 0 for degrees Celsius and Fahrenheit
 * @param piPower 1 for degrees, whose base unit is the radian
 */
public record Unit(String name, SortedMap<String, Integer> dimension, Rational factor, Rational offset, int piPower) {

    static final Rational ONE = Rational.of(BigInteger.ONE);
    static final Rational ZERO = Rational.of(BigInteger.ZERO);
    static final Unit DEGREE = new Unit("degree", new TreeMap<>(), rational(1, 180), ZERO, 1);

    public Unit {
        dimension = Collections.unmodifiableSortedMap(new TreeMap<>(dimension));
    }

    /** A unit of which only the name is known: apples. */
    static Unit counting(String noun) {
        return new Unit(noun, new TreeMap<>(Map.of("count " + singular(noun), 1)), ONE, ZERO, 0);
    }

    /** Whether it counts things of a kind and measures nothing. */
    boolean isCounting() {
        return dimension.size() == 1 && dimension.firstKey().startsWith("count ");
    }

    /** Whether amounts of it are plain numbers: degrees, radians, dozens. */
    boolean isNumber() {
        return dimension.isEmpty();
    }

    /** Whether a bare amount may be read in it without a change of value. */
    boolean isAngle() {
        return piPower == 1;
    }

    Unit times(Unit other) {
        SortedMap<String, Integer> sum = new TreeMap<>(dimension);
        other.dimension.forEach((base, power) -> sum.merge(base, power, Integer::sum));
        sum.values().removeIf(power -> power == 0);
        return new Unit(name + " " + other.name, sum, factor.times(other.factor), ZERO, piPower + other.piPower);
    }

    Unit power(int exponent) {
        SortedMap<String, Integer> scaled = new TreeMap<>();
        if (exponent != 0) {
            dimension.forEach((base, power) -> scaled.put(base, power * exponent));
        }
        BigInteger above = factor.numerator().pow(Math.abs(exponent));
        BigInteger below = factor.denominator().pow(Math.abs(exponent));
        Rational raised = exponent < 0 ? new Rational(below, above) : new Rational(above, below);
        return new Unit(name + "^" + exponent, scaled, raised, ZERO, piPower * exponent);
    }

    static Rational rational(long numerator, long denominator) {
        return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    private static String singular(String noun) {
        if (noun.equals("people")) {
            return "person";
        }
        if (noun.endsWith("ies") && noun.length() > 4) {
            return noun.substring(0, noun.length() - 3) + "y";
        }
        return noun.endsWith("s") && !noun.endsWith("ss") && noun.length() > 3
                ? noun.substring(0, noun.length() - 1)
                : noun;
    }
}
