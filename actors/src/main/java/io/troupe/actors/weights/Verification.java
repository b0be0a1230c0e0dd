package io.troupe.actors.weights;

/** To what a fetcher holds the bytes of a version while they arrive. */
public enum Verification {
    /**
     * SHA-256 of every chunk, whoever sends it.
     */
    DIGESTS,
    /**
     * CRC-32C of every chunk from the server of the one who announced the version, SHA-256 of every chunk from others. The announcer could have announced
     * other bytes, so that its own need a check against accidents only; that one costs next to nothing, where SHA-256 costs more than all the rest.
     */
    CHECKSUMS_FROM_ORIGIN
}
