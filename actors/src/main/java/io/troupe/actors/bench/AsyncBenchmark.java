package io.troupe.actors.bench;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.actors.node.RunFailedException;
import io.troupe.actors.node.RunPlan;
import io.troupe.actors.node.RunSummary;
import io.troupe.actors.node.TrainingRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/**
 * What asynchrony is worth: the same training with and without it, one after the other, on the same machine. Groups a minute are counted from the end of
 * a warm-up to the last update, so that neither the start of the process nor an empty pipeline counts.
 */
public final class AsyncBenchmark {

    private AsyncBenchmark() {}

    /**
     * What one of the runs came to. Means are over the updates after the warm-up.
     *
     * @param staleness the bound that it ran with
     * @param groupsPerMinute groups trained a minute, after the warm-up
     * @param trainerWaitSeconds how long the learner waited for a batch
     * @param samplerPauseSeconds how long sampling stood still for new weights, an update
     * @param updateSeconds how long an update took
     * @param stalenessMean by how many updates the oldest tokens of the groups lay behind
     * @param stalenessMax the largest of them in the whole run
     * @param discarded groups given up, by reason
     * @param success on held-out tasks at the end, by family, in 0..1
     * @param seconds of training, the warm-up included
     */
    public record Side(
            int staleness,
            double groupsPerMinute,
            double trainerWaitSeconds,
            double samplerPauseSeconds,
            double updateSeconds,
            double stalenessMean,
            long stalenessMax,
            SortedMap<String, Long> discarded,
            SortedMap<String, RunSummary.Family> success,
            double seconds) {}

    /**
     * Runs once.
     *
     * @param plan of the run; its folder is new
     * @param warmUp updates that do not count
     * @param onStep told of every update
     * @throws IllegalStateException if the run ended before the warm-up did
     */
    public static Side run(RunPlan plan, int warmUp, RunObserver onStep)
            throws RunFailedException, InterruptedException {
        List<StepMetrics> steps = Collections.synchronizedList(new ArrayList<>());
        RunSummary summary = TrainingRun.of(plan, new RunObserver() {
                    @Override
                    public void onStep(StepMetrics step) {
                        steps.add(step);
                        onStep.onStep(step);
                    }
                })
                .execute();
        if (steps.size() <= warmUp) {
            throw new IllegalStateException("the run ended after " + steps.size()
                    + " updates, but only those after the first " + warmUp + " count");
        }
        double from = warmUp == 0 ? 0 : steps.get(warmUp - 1).seconds();
        double to = steps.get(steps.size() - 1).seconds();
        List<StepMetrics> counted = steps.subList(warmUp, steps.size());
        int groups = counted.size() * plan.settings().train().batchGroups();
        return new Side(
                plan.settings().train().staleness(),
                groups / (to - from) * 60,
                mean(counted, StepMetrics::trainerWaitSeconds),
                mean(counted, StepMetrics::samplerPauseSeconds),
                mean(counted, StepMetrics::updateSeconds),
                mean(counted, StepMetrics::stalenessMean),
                steps.stream().mapToLong(StepMetrics::stalenessMax).max().orElse(0),
                summary.groupsDiscarded(),
                summary.families(),
                summary.seconds());
    }

    private static double mean(List<StepMetrics> steps, ToDoubleFunction<StepMetrics> value) {
        return steps.stream().mapToDouble(value).average().orElse(Double.NaN);
    }
}
