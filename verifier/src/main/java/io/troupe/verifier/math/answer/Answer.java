package io.troupe.verifier.math.answer;

/**
 * An answer that was read.
 *
 * @param source the text as it was given
 * @param expression what it says
 */
public record Answer(String source, Expression expression) {}
