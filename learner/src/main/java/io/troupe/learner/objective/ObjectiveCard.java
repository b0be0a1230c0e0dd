package io.troupe.learner.objective;

/**
 * What is known of a row of {@link ObjectivePresets}, for those who choose one or read its results. Immutable.
 *
 * @param name the row's name in the configuration
 * @param title the words by which people call it
 * @param paper where it comes from, with its arXiv number
 * @param formula what it maximises, as lines of plain text
 * @param certainty which parts of the formula and the constants are the paper's, and which are reconstructed
 * @param notes what to know before using it; may be empty
 */
public record ObjectiveCard(String name, String title, String paper, String formula, String certainty, String notes) {}
