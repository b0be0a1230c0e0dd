package io.troupe.rollout.serve;

/** A request that is refused, with the status that says why. */
final class RequestException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    RequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
