package io.troupe.verifier.math.answer;

/** An expression has no value that can be computed here: outside its domain, too big, or not known well enough. Never leaves the package. */
final class UndefinedValueException extends RuntimeException {

    private final boolean complex;

    UndefinedValueException(String what) {
        this(what, false);
    }

    private UndefinedValueException(String what, boolean complex) {
        super(what, null, false, false);
        this.complex = complex;
    }

    /** The value is complex where only real ones count. */
    static UndefinedValueException notReal() {
        return new UndefinedValueException("no real value", true);
    }

    boolean isComplex() {
        return complex;
    }
}
