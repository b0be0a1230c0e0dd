package io.troupe.verifier.math.answer;

/** An expression has no value that can be computed here: outside its domain, too big, or not known well enough. Never leaves the package. */
final class UndefinedValueException extends RuntimeException {

    UndefinedValueException(String what) {
        super(what, null, false, false);
    }
}
