package io.troupe.rollout.remote;

/**
 * What trying a server out has shown.
 *
 * @param kind which program it is
 * @param model the model's name in requests
 * @param tokenIds whether it gives the sampled tokens as ids
 * @param atTemperature whether its log-probabilities are those at the sampling temperature, rather than at temperature 1
 * @param afterTruncation whether they are of the distribution that top-p and top-k leave
 */
public record Findings(
        ServerKind kind, String model, boolean tokenIds, boolean atTemperature, boolean afterTruncation) {}
