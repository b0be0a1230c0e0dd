package io.troupe.verifier.math.answer;

/** An expression has no value that can be computed here: outside its domain, too big, or not known well enough. Never leaves the package. */
final class UndefinedValueException extends RuntimeException {

    private final boolean complex;
    private final boolean words;

    UndefinedValueException(String what) {
        this(what, false, false);
    }

    private UndefinedValueException(String what, boolean complex, boolean words) {
        super(what, null, false, false);
        this.complex = complex;
        this.words = words;
    }

    /** The expression holds words or the like, which no value can be given to. */
    static UndefinedValueException noNumber(String kind) {
        return new UndefinedValueException("no number: " + kind, false, true);
    }

    /** The value is complex where only real ones count. */
    static UndefinedValueException notReal() {
        return new UndefinedValueException("no real value", true, false);
    }

    boolean isNoNumber() {
        return words;
    }

    boolean isComplex() {
        return complex;
    }
}
