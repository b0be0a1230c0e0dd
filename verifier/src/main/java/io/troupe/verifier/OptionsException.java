package io.troupe.verifier;

import java.io.Serial;

/** The options of a task family were refused: an unknown key, a wrong type, a value out of range. The message names the key and what is expected. */
public final class OptionsException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Refuses options.
     *
     * @param message which key, its value, and what is expected
     */
    public OptionsException(String message) {
        super(message);
    }

    /**
     * Refuses options because of another exception.
     *
     * @param message which key, its value, and what is expected
     * @param cause the exception
     */
    public OptionsException(String message, Throwable cause) {
        super(message, cause);
    }
}
