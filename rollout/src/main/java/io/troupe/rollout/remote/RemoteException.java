package io.troupe.rollout.remote;

import java.time.Duration;
import java.util.Locale;

/** What an inference server did instead of sampling a turn. Says whether the same request may succeed later. */
public final class RemoteException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Kind {
        /** No connection. */
        UNREACHABLE(true),
        /** The connection ended before the answer did. */
        BROKEN_OFF(true),
        /** No whole answer in time. */
        TIMED_OUT(true),
        /** Status 429 or 503. */
        BUSY(true),
        /** Another status of 500 and above. */
        SERVER_ERROR(true),
        /** Another status that is not 200: the request itself is at fault. */
        REFUSED(false),
        /** More bytes than an answer can have. */
        TOO_LARGE(false),
        /** Not JSON, or a field that is missing or of another type. */
        MALFORMED(false),
        /** Numbers of tokens and log-probabilities that do not fit each other. */
        WRONG_COUNTS(false),
        /** A log-probability that is none. */
        NOT_FINITE(false),
        /** A token that the policy does not have. */
        FOREIGN_TOKEN(false),
        /** The turn ended although nothing ends it. */
        STOPPED_EARLY(false),
        /** The server sampled from other weights than it was told to. */
        WRONG_VERSION(false),
        /** The text, turned into tokens, is not what was sampled. */
        REENCODING_MISMATCH(false);

        private final boolean passing;

        Kind(boolean passing) {
            this.passing = passing;
        }

        /** Whether the same request may succeed later or elsewhere. */
        public boolean isPassing() {
            return passing;
        }

        /** Its name in reasons. */
        public String word() {
            return "engine-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Kind kind;
    private final Duration retryAfter;

    /** With what went wrong. */
    public RemoteException(Kind kind, String message) {
        this(kind, message, Duration.ZERO, null);
    }

    RemoteException(
            Kind kind, String message, Duration retryAfter, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** How long the server asked to be left alone; zero if it did not. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** A name, a colon and a sentence. */
    public String reason() {
        return kind.word() + ": " + getMessage();
    }
}
