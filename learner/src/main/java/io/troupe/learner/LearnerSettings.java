package io.troupe.learner;

import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.ScoringMemory;

/**
 * How the learner learns.
 *
 * @param objective what is optimised
 * @param schedule the learning rate by optimiser step
 * @param beta1 AdamW's decay of the first moment
 * @param beta2 AdamW's decay of the second moment
 * @param epsilon AdamW's constant below the line
 * @param weightDecay AdamW's decay of matrices
 * @param maxGradNorm gradients are scaled down to this Euclidean norm; infinity leaves them
 * @param miniBatches into how many optimiser steps a batch is cut, by groups
 * @param epochs how often a batch is gone through
 * @param microBatchTokens the most cells of one forward pass, padding included
 * @param activationCheckpointing whether only the inputs of the layers are kept for the way back, and each layer is computed once more
 * @param optimizerState where the optimiser's moments are kept
 * @param maxLength the longest trajectory, in tokens
 * @param logProbabilityTolerance if finite, an update fails when the learner's and the sampler's log-probabilities of the same token under the
 *     same version differ by more
 * @param seed of random choices among tokens
 */
public record LearnerSettings(
        ObjectiveSettings objective,
        Schedule schedule,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradNorm,
        int miniBatches,
        int epochs,
        int microBatchTokens,
        boolean activationCheckpointing,
        OptimizerState optimizerState,
        int maxLength,
        double logProbabilityTolerance,
        long seed) {

    /** How many optimiser steps an update of the policy makes. */
    public int stepsAnUpdate() {
        return miniBatches * epochs * objective.selection().passes();
    }

    /** What a recorded forward pass may keep. */
    public ScoringMemory memory() {
        return new ScoringMemory(ScoringMemory.DEFAULT.logits(), activationCheckpointing);
    }

    AdamW.Settings adamW() {
        return new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
    }
}
