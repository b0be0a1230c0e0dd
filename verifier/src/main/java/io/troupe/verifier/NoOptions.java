package io.troupe.verifier;

/** The options of a task family that has none. */
public record NoOptions() {}
