package io.troupe.learner;

import io.troupe.learner.objective.ObjectiveDiagnostics;
import org.jspecify.annotations.Nullable;

/**
 * What one update did.
 *
 * @param version the policy version that it made
 * @param skipped why the weights were left as they were, or null
 * @param loss the loss over the batch, summed over its optimiser steps
 * @param gradientNorm the Euclidean norm before clipping, of the last optimiser step
 * @param learningRate of the last optimiser step
 * @param tokensTrained sampled tokens that went through the backward pass
 * @param diagnostics what the objective saw
 * @param logProbabilityDifference the greatest difference between the learner's and the sampler's log-probability of a token that this very
 *     version sampled; NaN if the batch holds none
 * @param criticLoss the critic's loss on the batch before it learned from it; NaN if there is no critic
 */
public record UpdateReport(
        long version,
        @Nullable String skipped,
        double loss,
        double gradientNorm,
        double learningRate,
        long tokensTrained,
        ObjectiveDiagnostics diagnostics,
        double logProbabilityDifference,
        double criticLoss) {}
