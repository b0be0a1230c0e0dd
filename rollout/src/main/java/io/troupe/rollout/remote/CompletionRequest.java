package io.troupe.rollout.remote;

import io.troupe.rollout.SamplingParams;
import java.util.List;

/**
 * A turn that a server is asked to sample.
 *
 * @param model whose turn: the model, or one of its adapters
 * @param adapted whether {@code model} names an adapter
 * @param prompt all tokens so far
 * @param maxTokens the most tokens to sample
 * @param sampling how
 * @param endOfTurn tokens that end the turn
 * @param seed of this trajectory
 * @param best whether the likeliest first token's log-probability is wanted too
 */
public record CompletionRequest(
        String model,
        boolean adapted,
        int[] prompt,
        int maxTokens,
        SamplingParams sampling,
        List<Integer> endOfTurn,
        long seed,
        boolean best) {}
