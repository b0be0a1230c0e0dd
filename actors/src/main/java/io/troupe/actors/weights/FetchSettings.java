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
 */
public record FetchSettings(
        String node,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration idleTimeout,
        int rounds,
        Duration firstPause,
        Duration longestPause,
        int keptVersions) {
    public FetchSettings {
        if (rounds < 1 || keptVersions < 1) {
            throw new IllegalArgumentException(
                    "rounds " + rounds + " and kept versions " + keptVersions + " must be at least 1");
        }
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
