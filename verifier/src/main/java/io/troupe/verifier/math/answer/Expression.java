package io.troupe.verifier.math.answer;

import io.troupe.verifier.math.Rational;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What an answer says, as a tree of immutable values. Safe for any thread. */
public sealed interface Expression {

    /** The parts that it is made of, in reading order. */
    default List<Expression> parts() {
        return List.of();
    }

    /**
     * A number as it was written.
     *
     * @param value its exact value
     * @param decimals how many digits were written after the point; -1 if it was not written as a decimal
     * @param written the digits as written, without separators of thousands
     */
    record Num(Rational value, int decimals, String written) implements Expression {
        static Num of(long value) {
            return of(Rational.of(BigInteger.valueOf(value)));
        }

        static Num of(Rational value) {
            return new Num(value, -1, value.toString());
        }

        boolean isInteger() {
            return value.isInteger() && decimals < 0;
        }
    }

    /** A number with a name of its own. */
    enum Constant implements Expression {
        PI,
        E,
        I,
        INFINITY
    }

    /**
     * A letter or a name, with its index or prime if it has one: {@code x}, {@code x_1}, {@code f'}.
     *
     * @param name the name
     */
    record Symbol(String name) implements Expression {}

    /**
     * A sum.
     *
     * @param terms at least two
     */
    record Sum(List<Expression> terms) implements Expression {
        public Sum {
            terms = List.copyOf(terms);
        }

        @Override
        public List<Expression> parts() {
            return terms;
        }
    }

    /**
     * A product.
     *
     * @param factors at least two
     */
    record Product(List<Expression> factors) implements Expression {
        public Product {
            factors = List.copyOf(factors);
        }

        @Override
        public List<Expression> parts() {
            return factors;
        }
    }

    /**
     * The number with the other sign.
     *
     * @param operand the number
     */
    record Negation(Expression operand) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand);
        }
    }

    /**
     * A fraction.
     *
     * @param numerator above
     * @param denominator below
     */
    record Quotient(Expression numerator, Expression denominator) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(numerator, denominator);
        }
    }

    /**
     * A whole number and a fraction written side by side: {@code 2\frac13}.
     *
     * @param whole the whole number
     * @param fraction the fraction
     */
    record MixedNumber(Expression whole, Expression fraction) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(whole, fraction);
        }
    }

    /**
     * A power.
     *
     * @param base the base
     * @param exponent the exponent
     */
    record Power(Expression base, Expression exponent) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(base, exponent);
        }
    }

    /**
     * A root: real where a real one exists.
     *
     * @param radicand what is under the sign
     * @param index 2 for a square root
     */
    record Root(Expression radicand, Expression index) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(radicand, index);
        }
    }

    /**
     * A function of arguments; one that is not known is an atom that equals only itself.
     *
     * @param name its name in lower case, such as {@code sin}, {@code log}, {@code abs}, {@code factorial}
     * @param arguments its arguments; a logarithm's base comes second
     */
    record Function(String name, List<Expression> arguments) implements Expression {
        public Function {
            arguments = List.copyOf(arguments);
        }

        static Function of(String name, Expression... arguments) {
            return new Function(name, List.of(arguments));
        }

        @Override
        public List<Expression> parts() {
            return arguments;
        }
    }

    /**
     * A sum or product over a range of whole numbers.
     *
     * @param product whether the terms are multiplied
     * @param index the running symbol
     * @param from the first
     * @param to the last
     * @param body what is added up
     */
    record Range(boolean product, Symbol index, Expression from, Expression to, Expression body) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(from, to, body);
        }
    }

    /**
     * Two values at once: left plus or minus right.
     *
     * @param left the left operand
     * @param right the right operand
     * @param minusFirst whether the sign is {@code \mp}
     */
    record PlusMinus(Expression left, Expression right, boolean minusFirst) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(left, right);
        }
    }

    /**
     * So many of a hundred.
     *
     * @param amount how many
     */
    record Percent(Expression amount) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(amount);
        }
    }

    /**
     * A number of units.
     *
     * @param amount how many
     * @param unit of what
     */
    record Quantity(Expression amount, Unit unit) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(amount);
        }
    }

    /**
     * Digits in a base: {@code 1011_2}.
     *
     * @param digits the digits as written
     * @param base the base, 2 to 36
     * @param value the exact value
     */
    record BaseNumber(String digits, int base, Rational value) implements Expression {}

    /**
     * A matrix; a column vector is one of a single column.
     *
     * @param rows rows of equal length
     */
    record Matrix(List<List<Expression>> rows) implements Expression {
        public Matrix {
            rows = rows.stream().map(List::copyOf).toList();
        }

        int columns() {
            return rows.get(0).size();
        }

        boolean isVector() {
            return rows.size() == 1 || columns() == 1;
        }

        @Override
        public List<Expression> parts() {
            List<Expression> all = new ArrayList<>();
            rows.forEach(all::addAll);
            return all;
        }
    }

    /**
     * Entries in order between brackets.
     *
     * @param entries the entries
     * @param open the bracket that opens
     * @param close the bracket that closes
     */
    record Tuple(List<Expression> entries, char open, char close) implements Expression {
        public Tuple {
            entries = List.copyOf(entries);
        }

        @Override
        public List<Expression> parts() {
            return entries;
        }
    }

    /**
     * A set of listed elements.
     *
     * @param elements the elements as listed
     */
    record FiniteSet(List<Expression> elements) implements Expression {
        public FiniteSet {
            elements = List.copyOf(elements);
        }

        @Override
        public List<Expression> parts() {
            return elements;
        }
    }

    /**
     * The elements for which a condition holds.
     *
     * @param element what is collected: a symbol or an expression
     * @param condition the condition
     */
    record SetBuilder(Expression element, Expression condition) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(element, condition);
        }
    }

    /**
     * An interval with at least one square bracket; one between two round ones is a {@link Tuple} of two entries.
     *
     * @param lower the left end
     * @param upper the right end
     * @param lowerClosed whether the left end belongs to it
     * @param upperClosed whether the right end belongs to it
     */
    record Interval(Expression lower, Expression upper, boolean lowerClosed, boolean upperClosed)
            implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(lower, upper);
        }
    }

    /** A set with a name of its own. */
    enum NamedSet implements Expression {
        EMPTY,
        NATURALS,
        INTEGERS,
        RATIONALS,
        REALS,
        COMPLEX,
        PRIMES
    }

    /**
     * Sets joined by an operation.
     *
     * @param operator which
     * @param left the left set
     * @param right the right set
     */
    record SetOperation(SetOperator operator, Expression left, Expression right) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(left, right);
        }
    }

    /** An operation on sets. */
    enum SetOperator {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    /**
     * A statement about two sides.
     *
     * @param comparison how they compare
     * @param left the left side
     * @param right the right side
     */
    record Relation(Comparison comparison, Expression left, Expression right) implements Expression {
        /** The same statement read from right to left. */
        Relation mirrored() {
            Expression first = right;
            Expression second = left;
            return new Relation(comparison.mirrored(), first, second);
        }

        @Override
        public List<Expression> parts() {
            return List.of(left, right);
        }
    }

    /**
     * A statement about three or more sides: {@code 1 < x < 2}.
     *
     * @param sides the sides
     * @param comparisons how each compares with the next: one fewer than sides
     */
    record Chain(List<Expression> sides, List<Comparison> comparisons) implements Expression {
        public Chain {
            sides = List.copyOf(sides);
            comparisons = List.copyOf(comparisons);
        }

        @Override
        public List<Expression> parts() {
            return sides;
        }

        /** The single statements that it joins. */
        List<Relation> links() {
            List<Relation> links = new ArrayList<>();
            for (int k = 0; k < comparisons.size(); k++) {
                links.add(new Relation(comparisons.get(k), sides.get(k), sides.get(k + 1)));
            }
            return links;
        }
    }

    /**
     * Answers side by side without brackets: {@code 1, 2}; {@code x<1 or x>3}.
     *
     * @param items the answers
     * @param connective what stands between them
     */
    record Listing(List<Expression> items, Connective connective) implements Expression {
        public Listing {
            items = List.copyOf(items);
        }

        @Override
        public List<Expression> parts() {
            return items;
        }
    }

    /** What stands between the items of a {@link Listing}. */
    enum Connective {
        COMMA,
        AND,
        OR
    }

    /**
     * Words.
     *
     * @param words the words as written
     */
    record Text(String words) implements Expression {}
}
