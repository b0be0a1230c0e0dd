package io.troupe.actors.weights;

/** Hears how fetching goes on, on the thread that fetches. */
public interface FetchObserver {

    /** Hears nothing. */
    FetchObserver NONE = new FetchObserver() {};

    /**
     * So much of a file is here and verified.
     *
     * @param name such as "version/12"
     */
    default void progressed(String name, long bytes, long size, Endpoint from) {}

    /** A source failed, or a way that would have been shorter did; what is done instead follows. */
    default void noted(String what) {}
}
