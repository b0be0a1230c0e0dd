package io.troupe.verifier.logic;

import io.troupe.verifier.OptionDefault;

/**
 * The options of {@link KnightsAndKnaves}.
 *
 * @param scoring how answers are read and rewarded
 * @param perturbation how the puzzles differ from those that the family makes without one
 */
public record KnightsAndKnavesOptions(
        @OptionDefault("strict") ScoringMode scoring,
        @OptionDefault("none") Perturbation perturbation) {}
