package io.troupe.verifier.math.answer;

/**
 * What counts as the same answer, as data. {@link #strict()} is the default; the {@code with} methods change one point each.
 *
 * @param rounding how a decimal may stand for a value that it doesn't equal
 * @param decimals for {@link Rounding#DECIMALS}: to how many places both sides are rounded
 * @param percent what 50% equals besides 50%
 * @param units what becomes of units
 * @param bareDegrees whether a bare 90 equals 90 degrees, besides half of pi
 * @param tupleMatchesSet whether entries in round brackets equal a set of the same elements in any order
 * @param vectorMatchesTuple whether a matrix of one row or column equals a tuple of its entries
 * @param evaluated which unfinished computations are turned away
 * @param baseSubscripts whether the base must be written: {@code 12_7} against {@code 12}
 * @param caseInsensitiveSymbols whether {@code X} equals {@code x}
 * @param unwrapAssignment whether {@code x=5} equals {@code 5}
 * @param solveRelations whether a gold equation or inequality equals a prediction that lists its solutions
 */
public record Policies(
        Rounding rounding,
        int decimals,
        PercentReading percent,
        Units units,
        boolean bareDegrees,
        boolean tupleMatchesSet,
        boolean vectorMatchesTuple,
        Evaluated evaluated,
        BaseSubscripts baseSubscripts,
        boolean caseInsensitiveSymbols,
        boolean unwrapAssignment,
        boolean solveRelations) {

    /** How a decimal may stand for a value that it doesn't equal. */
    public enum Rounding {
        /** It may not: 0.33 is not a third. */
        NONE,
        /** A side written as a decimal equals what rounds to it at its own last digit; at least three significant digits are needed. */
        SIGNIFICANT_DIGITS,
        /** If a side is written as a decimal, both are rounded to a fixed number of places. */
        DECIMALS
    }

    /** What a percentage equals besides itself. */
    public enum PercentReading {
        /** Its hundredth: 50% is a half. */
        STRICT,
        /** Its hundredth or its bare number: 50% is also 50. */
        LENIENT
    }

    /** What becomes of units. */
    public enum Units {
        /** Both sides have the same unit or none. */
        STRICT,
        /** Units of the same kind are converted; either both sides have one or none has. */
        CONVERT,
        /** As {@link #CONVERT}, but a side without any unit is read in the other's: 5 is 5 cm. */
        OPTIONAL,
        /** They are dropped. */
        IGNORE
    }

    /** Which unfinished computations are turned away when the gold answer is a plain number. */
    public enum Evaluated {
        /** None: 3+4 is 7. */
        LENIENT,
        /** Sums, differences and products of numbers: 3+4 is no answer where 7 is asked for; 7!, 2^10, 6/2 and 5*10^3 are. */
        SUMS_AND_PRODUCTS,
        /** As before, and fractions that are not in lowest terms. */
        LOWEST_TERMS
    }

    /** Whether a base must be written. */
    public enum BaseSubscripts {
        /** 12_7 is 9 and not 12. */
        REQUIRED,
        /** 12_7 is also 12 if that is written without a base. */
        OPTIONAL
    }

    public Policies {
        if (decimals < 0 || decimals > 100) {
            throw new IllegalArgumentException("decimals must be from 0 to 100, not " + decimals);
        }
    }

    /**
     * Mathematical equality; a unit, a variable's name or a base may be left out only as said here: a missing unit of measure is read from the other
     * side, {@code x=5} is 5, percent are hundredths, and a bare sum of numbers is no answer where a plain number is asked for.
     */
    public static Policies strict() {
        return new Policies(
                Rounding.NONE,
                6,
                PercentReading.STRICT,
                Units.OPTIONAL,
                false,
                false,
                true,
                Evaluated.SUMS_AND_PRODUCTS,
                BaseSubscripts.REQUIRED,
                false,
                true,
                true);
    }

    /** The same with another rounding. */
    public Policies withRounding(Rounding value, int places) {
        return new Policies(
                value,
                places,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with another reading of percent. */
    public Policies withPercent(PercentReading value) {
        return new Policies(
                rounding,
                decimals,
                value,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with another treatment of units. */
    public Policies withUnits(Units value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                value,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with another reading of bare numbers against degrees. */
    public Policies withBareDegrees(boolean value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                value,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with tuples compared to sets or not. */
    public Policies withTupleMatchesSet(boolean value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                value,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with vectors compared to tuples or not. */
    public Policies withVectorMatchesTuple(boolean value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                value,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with another demand on the form of a number. */
    public Policies withEvaluated(Evaluated value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                value,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with another demand on bases. */
    public Policies withBaseSubscripts(BaseSubscripts value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                value,
                caseInsensitiveSymbols,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with or without regard to upper and lower case. */
    public Policies withCaseInsensitiveSymbols(boolean value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                value,
                unwrapAssignment,
                solveRelations);
    }

    /** The same with assignments unwrapped or not. */
    public Policies withUnwrapAssignment(boolean value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                value,
                solveRelations);
    }

    /** The same with gold relations solved or not. */
    public Policies withSolveRelations(boolean value) {
        return new Policies(
                rounding,
                decimals,
                percent,
                units,
                bareDegrees,
                tupleMatchesSet,
                vectorMatchesTuple,
                evaluated,
                baseSubscripts,
                caseInsensitiveSymbols,
                unwrapAssignment,
                value);
    }
}
