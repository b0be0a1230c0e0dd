package io.troupe.actors.journal;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * One update of the policy, as {@code metrics.jsonl} records it (there in snake case, with {@code "kind": "step"}).
 *
 * @param step the number of the update, from 1, over all incarnations of the run
 * @param version the policy version that the update made
 * @param time when it ended
 * @param seconds wall time from the start of the run, those of earlier incarnations included
 * @param reward mean reward of the batch's trajectories
 * @param success share of the batch's trajectories that are correct, in 0..1
 * @param families the same per family
 * @param loss value of the objective
 * @param gradNorm norm of the gradient before clipping
 * @param entropy mean entropy of the policy's next-token distribution, in nats
 * @param clipFraction share of tokens whose gradient the trust region cut off
 * @param kl estimate of the divergence from the sampling to the current policy, in nats a token
 * @param learningRate what the schedule said
 * @param tokensSampled tokens sampled by the policy since the run was created
 * @param tokensTrained tokens trained on since the run was created
 * @param tokensPerSecond tokens sampled a second since the step before
 * @param stalenessMean mean over groups of updates that the oldest token lies behind
 * @param stalenessMax the largest of them
 * @param trainerWaitSeconds how long the learner waited for this batch
 * @param samplerPauseSeconds how long sampling stood still for weights since the step before, over all workers
 * @param updateSeconds how long the update took
 * @param groupsDiscarded groups given up since the run was created, by reason
 * @param gradientShareByDecile where the gradient comes from: shares of Σ |∂loss/∂log p| · (1 − p) over the tokens whose probability p lies in [0, 0.1), …,
 *     [0.9, 1]; all 0 if there is no gradient
 * @param slopeShareByDecile the same of Σ |∂loss/∂log p|
 * @param tokensByDecile the tokens trained on in this update, by the same deciles
 * @param details further numbers of the objective, by name
 */
public record StepMetrics(
        long step,
        long version,
        Instant time,
        double seconds,
        double reward,
        double success,
        SortedMap<String, Family> families,
        double loss,
        double gradNorm,
        double entropy,
        double clipFraction,
        double kl,
        double learningRate,
        long tokensSampled,
        long tokensTrained,
        double tokensPerSecond,
        double stalenessMean,
        long stalenessMax,
        double trainerWaitSeconds,
        double samplerPauseSeconds,
        double updateSeconds,
        SortedMap<String, Long> groupsDiscarded,
        List<Double> gradientShareByDecile,
        List<Double> slopeShareByDecile,
        List<Long> tokensByDecile,
        SortedMap<String, Double> details) {

    /**
     * One family's part of a batch.
     *
     * @param reward mean reward
     * @param success share of correct trajectories, in 0..1
     * @param groups groups in the batch
     * @param components means of the parts of the reward, by name
     * @param metrics means of what was measured beside the reward, by name
     */
    public record Family(
            double reward,
            double success,
            int groups,
            SortedMap<String, Double> components,
            SortedMap<String, Double> metrics) {}
}
