package io.troupe.actors.config;

import static io.troupe.actors.config.SettingsException.require;

import io.troupe.learner.OptimizerState;
import io.troupe.learner.schedule.Schedule;
import io.troupe.policy.ComputeDevice;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code train}: when and how the policy is updated.
 *
 * @param steps updates to make in all, those before a resume included
 * @param batchGroups groups a batch
 * @param staleness how many updates the oldest token of a group may lie behind; 0 is synchronous
 * @param learningRate the peak of the schedule
 * @param warmupSteps updates over which the rate rises from 0
 * @param schedule what the rate does after the warm-up
 * @param minLrRatio the share of the learning rate that linear and cosine end at
 * @param weightDecay decoupled weight decay
 * @param beta1 AdamW's first moment
 * @param beta2 AdamW's second moment
 * @param epsilon AdamW's guard against division by zero
 * @param maxGradNorm gradients are scaled down to this norm
 * @param miniBatches optimiser steps a batch is cut into
 * @param epochs times a batch is gone through
 * @param microBatchTokens tokens, padding included, that go through the policy at once
 * @param activationCheckpointing whether layers are computed once more on the way back instead of kept
 * @param device where the policy is trained: auto, cpu or cuda:N
 * @param optimizerState where the optimiser's moments are kept
 * @param lora whether adapters train instead of all weights
 * @param checkpointEvery updates between checkpoints
 * @param keepCheckpoints checkpoints that are kept
 * @param timeLimit training ends after this; null for no limit
 */
public record TrainSettings(
        int steps,
        int batchGroups,
        int staleness,
        double learningRate,
        int warmupSteps,
        Schedule.Shape schedule,
        double minLrRatio,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon,
        double maxGradNorm,
        int miniBatches,
        int epochs,
        int microBatchTokens,
        boolean activationCheckpointing,
        String device,
        OptimizerState optimizerState,
        LoraTraining lora,
        int checkpointEvery,
        int keepCheckpoints,
        @Nullable Duration timeLimit) {

    public TrainSettings {
        require(steps >= 1, "steps", steps, "expected at least 1");
        require(batchGroups >= 1, "batch-groups", batchGroups, "expected at least 1");
        require(staleness >= 0, "staleness", staleness, "expected 0 (synchronous) or more");
        require(
                learningRate > 0 && Double.isFinite(learningRate),
                "learning-rate",
                learningRate,
                "expected a number > 0");
        require(warmupSteps >= 0, "warmup-steps", warmupSteps, "expected 0 or more");
        require(minLrRatio >= 0 && minLrRatio <= 1, "min-lr-ratio", minLrRatio, "expected a number in [0, 1]");
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight-decay", weightDecay, "expected 0 or more");
        require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "expected a number in [0, 1)");
        require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "expected a number in [0, 1)");
        require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "expected a number > 0");
        require(maxGradNorm > 0, "max-grad-norm", maxGradNorm, "expected a number > 0");
        require(
                miniBatches >= 1 && miniBatches <= batchGroups,
                "mini-batches",
                miniBatches,
                "expected 1 to train.batch-groups = " + batchGroups);
        require(epochs >= 1, "epochs", epochs, "expected at least 1");
        require(microBatchTokens >= 1, "micro-batch-tokens", microBatchTokens, "expected at least 1");
        RolloutSettings.requireDevice(device);
        require(checkpointEvery >= 1, "checkpoint-every", checkpointEvery, "expected at least 1");
        require(keepCheckpoints >= 1, "keep-checkpoints", keepCheckpoints, "expected at least 1");
        require(
                timeLimit == null || timeLimit.toMillis() > 0,
                "time-limit",
                timeLimit,
                "expected more than 0, or null for no limit");
    }

    /** Where the policy is trained. */
    public ComputeDevice computeDevice() {
        return new ComputeDevice(device);
    }

    /**
     * The learning rate by optimiser step, where the keys count updates.
     *
     * @param passes that the objective makes over a batch
     */
    Schedule rates(int passes) {
        long stepsAnUpdate = (long) miniBatches * epochs * passes;
        return new Schedule(schedule, learningRate, warmupSteps * stepsAnUpdate, steps * stepsAnUpdate, minLrRatio);
    }
}
