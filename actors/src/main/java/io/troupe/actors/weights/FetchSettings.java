package io.troupe.actors.weights;

import java.time.Duration;

/**
 * What a fetcher goes by.
 *
 * @param node this node's name, for the server's log
 * @param connectTimeout by when a connection must stand
 * @param answerTimeout by when a request must be answered, and a handshake done
 * @param idleTimeout how long a transfer may stand still
 * @param rounds how often all sources are tried
 * @param firstPause how long to wait after the first round without success; doubled after each
 * @param longestPause but never longer than this
 * @param keptVersions how many versions stay on disk: the newest, and those before it, from which a delta leads on
 * @param deltas whether a version is made from the one before, where a server has the delta
 * @param verification to what bytes are held
 */
public record FetchSettings(
        String node,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration idleTimeout,
        int rounds,
        Duration firstPause,
        Duration longestPause,
        int keptVersions,
        boolean deltas,
        Verification verification) {
    public FetchSettings {
        if (rounds < 1 || keptVersions < 1) {
            throw new IllegalArgumentException(
                    "rounds " + rounds + " and kept versions " + keptVersions + " must be at least 1");
        }
    }

    /** With deltas, and checksums for what the announcer sends itself. */
    public FetchSettings(
            String node,
            Duration connectTimeout,
            Duration answerTimeout,
            Duration idleTimeout,
            int rounds,
            Duration firstPause,
            Duration longestPause,
            int keptVersions) {
        this(
                node,
                connectTimeout,
                answerTimeout,
                idleTimeout,
                rounds,
                firstPause,
                longestPause,
                keptVersions,
                true,
                Verification.CHECKSUMS_FROM_ORIGIN);
    }

    /** The same, with or without deltas. */
    public FetchSettings withDeltas(boolean wanted) {
        return new FetchSettings(
                node,
                connectTimeout,
                answerTimeout,
                idleTimeout,
                rounds,
                firstPause,
                longestPause,
                keptVersions,
                wanted,
                verification);
    }

    /** The same, holding bytes to something else. */
    public FetchSettings withVerification(Verification wanted) {
        return new FetchSettings(
                node,
                connectTimeout,
                answerTimeout,
                idleTimeout,
                rounds,
                firstPause,
                longestPause,
                keptVersions,
                deltas,
                wanted);
    }

    /** What suits a node. */
    public static FetchSettings of(String node) {
        return new FetchSettings(
                node,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                6,
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                2);
    }

    /** How long to wait after a round, counted from 1. */
    Duration pauseAfter(int round) {
        Duration pause = firstPause;
        for (int i = 1; i < round && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
