package io.troupe.verifier.math.grading;

/**
 * A piece of a text that may be its answer.
 *
 * @param text the piece
 * @param anchor what told so
 */
public record Candidate(String text, Anchor anchor) {}
