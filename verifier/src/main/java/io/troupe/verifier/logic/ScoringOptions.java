package io.troupe.verifier.logic;

import io.troupe.verifier.OptionDefault;

/**
 * The options of a puzzle family.
 *
 * @param scoring the profile of the family's grader that judges: {@code strict}, or the name of a peer whose rewards are reproduced
 */
public record ScoringOptions(@OptionDefault("strict") String scoring) {}
