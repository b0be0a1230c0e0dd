package io.troupe.policy;

/** A policy's files are missing, damaged or do not fit each other. The message names the file and what is wrong; retrying does not help. */
public class PolicyFormatException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With what is wrong. */
    public PolicyFormatException(String message) {
        super(message);
    }

    /** With what is wrong and what led to it. */
    public PolicyFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
