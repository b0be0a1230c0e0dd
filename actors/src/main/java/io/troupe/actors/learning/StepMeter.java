package io.troupe.actors.learning;

import io.troupe.actors.coordinator.Coordinator.Accounts;
import io.troupe.actors.journal.StepMetrics;
import io.troupe.learner.UpdateReport;
import io.troupe.learner.objective.ObjectiveDiagnostics;
import io.troupe.learner.report.BatchStatistics;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes the times of a step and puts together what is reported of it. Not thread-safe. */
final class StepMeter {

    private final Clock clock;
    private final LongSupplier nanoTime;
    private long wantedNanos;
    private long cameNanos;
    private long updatedNanos;
    private long lastStepNanos;
    private long lastTokens;
    private double lastPause;
    private @Nullable BatchStatistics batch;

    StepMeter(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lastStepNanos = nanoTime.getAsLong();
    }

    void batchWanted() {
        wantedNanos = nanoTime.getAsLong();
    }

    void batchCame(BatchStatistics statistics) {
        cameNanos = nanoTime.getAsLong();
        batch = statistics;
    }

    void updated() {
        updatedNanos = nanoTime.getAsLong();
    }

    StepMetrics metrics(UpdateReport update, Accounts accounts, Totals totals, double seconds) {
        BatchStatistics statistics = batch;
        if (statistics == null) {
            throw new IllegalStateException("an update without a batch");
        }
        long now = nanoTime.getAsLong();
        ObjectiveDiagnostics seen = update.diagnostics();
        StepMetrics metrics = new StepMetrics(
                update.version(),
                update.version(),
                clock.instant(),
                seconds,
                statistics.reward(),
                statistics.success(),
                families(statistics),
                update.loss(),
                update.gradientNorm(),
                seen.entropy().orElse(Double.NaN),
                seen.clipFraction(),
                seen.klToBehaviour(),
                update.learningRate(),
                totals.tokensSampled(),
                totals.tokensTrained(),
                (accounts.tokensCollected() - lastTokens) / Math.max(1e-9, (now - lastStepNanos) / 1e9),
                statistics.stalenessMean(),
                statistics.stalenessMax(),
                (cameNanos - wantedNanos) / 1e9,
                accounts.pauseSeconds() - lastPause,
                (updatedNanos - cameNanos) / 1e9,
                accounts.discarded(),
                boxed(seen.deciles().gradientShares()),
                boxed(seen.deciles().slopeShares()),
                Arrays.stream(seen.deciles().tokens()).boxed().toList(),
                details(update));
        lastStepNanos = now;
        lastTokens = accounts.tokensCollected();
        lastPause = accounts.pauseSeconds();
        return metrics;
    }

    private static SortedMap<String, StepMetrics.Family> families(BatchStatistics statistics) {
        SortedMap<String, StepMetrics.Family> families = new TreeMap<>();
        statistics
                .families()
                .forEach((id, family) -> families.put(
                        id,
                        new StepMetrics.Family(
                                family.reward(),
                                family.success(),
                                family.groups(),
                                family.components(),
                                family.metrics())));
        return families;
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static SortedMap<String, Double> details(UpdateReport update) {
        ObjectiveDiagnostics seen = update.diagnostics();
        SortedMap<String, Double> details = new TreeMap<>();
        details.put("ratio", seen.meanRatio());
        details.put("token_weight", seen.meanTokenWeight());
        details.put("token_weight_above_one", seen.weightAboveOneFraction());
        details.put("off_policy_weight", seen.meanOffPolicyWeight());
        details.put("off_policy_capped", seen.offPolicyCappedFraction());
        details.put("off_policy_masked", seen.offPolicyMaskedFraction());
        details.put("ratio_capped", seen.ratioCappedFraction());
        seen.klToReference().ifPresent(value -> details.put("kl_to_reference", value));
        if (!Double.isNaN(update.criticLoss())) {
            details.put("critic_loss", update.criticLoss());
        }
        details.put("logprob_difference", update.logProbabilityDifference());
        return details;
    }
}
