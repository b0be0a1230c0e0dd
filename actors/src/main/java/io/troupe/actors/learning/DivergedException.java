package io.troupe.actors.learning;

/** Several updates in a row were not finite: the run cannot go on by itself. */
public final class DivergedException extends RuntimeException {

    DivergedException(String message) {
        super(message);
    }
}
