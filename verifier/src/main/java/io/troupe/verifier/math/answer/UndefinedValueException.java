package io.troupe.verifier.math.answer;

/** An expression has no value that can be computed here: outside its domain, too big, or not known well enough. Never leaves the package. */
final class UndefinedValueException extends RuntimeException {

    private enum Kind {
        /** Words or the like, which no value can be given to. */
        WORDS,
        /** Complex where only real values count. */
        COMPLEX,
        /** No value exists: a quotient by what is exactly 0, or its logarithm. */
        NO_VALUE,
        /** Beyond what is computed here; there may be a value. */
        UNKNOWN
    }

    private final Kind kind;

    UndefinedValueException(String what) {
        this(what, Kind.UNKNOWN);
    }

    private UndefinedValueException(String what, Kind kind) {
        super(what, null, false, false);
        this.kind = kind;
    }

    /** The expression holds words or the like, which no value can be given to. */
    static UndefinedValueException noNumber(String kind) {
        return new UndefinedValueException("no number: " + kind, Kind.WORDS);
    }

    /** The value is complex where only real ones count. */
    static UndefinedValueException notReal() {
        return new UndefinedValueException("no real value", Kind.COMPLEX);
    }

    /** Algebra shows that there is no value, as in a division by 0. */
    static UndefinedValueException noValue(String why) {
        return new UndefinedValueException(why, Kind.NO_VALUE);
    }

    boolean isNoNumber() {
        return kind == Kind.WORDS;
    }

    boolean isComplex() {
        return kind == Kind.COMPLEX;
    }

    boolean isNoValue() {
        return kind == Kind.NO_VALUE;
    }
}
