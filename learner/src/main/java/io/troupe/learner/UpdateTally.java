package io.troupe.learner;

import io.troupe.learner.TrainingBatch.Item;
import io.troupe.learner.objective.ObjectiveDiagnostics;
import io.troupe.learner.objective.ObjectiveResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the steps of an update add up. Not thread-safe. */
final class UpdateTally {

    @Nullable
    String skipped;

    double gradientNorm;
    double learningRate;
    double criticLoss = Double.NaN;
    private double loss;
    private long tokens;
    private double difference = Double.NaN;
    private ObjectiveDiagnostics diagnostics = ObjectiveDiagnostics.NONE;

    void add(ObjectiveResult result, int count) {
        loss += result.loss();
        tokens += count;
        diagnostics = diagnostics.plus(result.diagnostics());
        if (!result.isFinite()) {
            skipped = "the loss is " + result.loss();
        }
    }

    /**
     * Compares with the sampler's log-probabilities, for trajectories that the present version sampled from end to end.
     *
     * @param items one after the other
     * @param values the learner's log-probabilities of their sampled tokens
     * @param version the present version
     */
    void compare(List<Item> items, float[] values, long version) {
        int offset = 0;
        for (Item item : items) {
            if (item.version() == version) {
                for (int t = 0; t < item.behaviour().length; t++) {
                    difference = larger(difference, Math.abs(values[offset + t] - item.behaviour()[t]));
                }
            }
            offset += item.behaviour().length;
        }
    }

    /** The greatest difference found by {@link #compare}; NaN if there was nothing to compare. */
    double difference() {
        return difference;
    }

    private static double larger(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
    }

    UpdateReport report(long version) {
        return new UpdateReport(
                version, skipped, loss, gradientNorm, learningRate, tokens, diagnostics, difference, criticLoss);
    }
}
